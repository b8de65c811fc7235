/**
 * The form in which e-mail addresses are compared: Unicode NFKC, no white space, lower case. Systems
 * that compare more strictly are not hurt by it, since every test account has an address of its own.
 */
export function comparable(address: string): string {
  return address.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
}
