/** What every account of the mock has; the values are free, the members are what clients read. */
export const plan = 'standard';
export const language = 'en_GB';
/** Bytes. */
export const maxFileSize = 2_147_483_648;
/** Bytes. */
export const storageLimit = 10_737_418_240;
/** Written as text where it is unlimited. */
export const unlimited = '-1';
export const userLimit = '10';
