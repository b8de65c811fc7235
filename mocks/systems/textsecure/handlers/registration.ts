import { empty, type PlainResponse } from '../../../engine/http.js';
import type { Context, Transport } from '../behaviour.js';
import { limit } from '../limits.js';
import { refusals, refuseWith } from '../refusals.js';
import { saveAccount } from '../state.js';

/** Checks: number, transport, limit. */
export function requestVerificationCode(context: Context): PlainResponse {
  const { behaviour, state, world } = context;
  const number = context.param('number');
  if (!behaviour.isNumber(number)) return refusals.number;
  const transport = behaviour.transportOf(context.param('transport'));
  if (transport === null) return refusals.transport;
  limit(context, transport === 'sms' ? 'smsCode' : 'voiceCode', [number]);
  const code = behaviour.newCode(world.random);
  state.pending.set(number, behaviour.codesAfterRequest(state.pending.get(number) ?? [], code));
  world.deliver({
    channel: transport,
    recipient: number,
    code,
    subject: null,
    body: codeText(transport, code),
    payload: null,
  });
  return empty(200);
}

/** The dash is in the text of an SMS only, never in the code that is submitted. */
function codeText(transport: Transport, code: string): string {
  return transport === 'sms'
    ? `Your TextSecure verification code: ${code.slice(0, 3)}-${code.slice(3)}`
    : Array.from(code).join(', ');
}

/** Checks: body, Authorization, limit, code. */
export function confirmVerificationCode(context: Context): PlainResponse {
  const { behaviour, state } = context;
  const body = behaviour.readConfirmation(context);
  const signalingKey = behaviour.readSignalingKey(body.signalingKey);
  const wanted = behaviour.wantedCredentials(context.header('authorization'));
  if (wanted === null) return refuseWith(behaviour.unauthorized(context));
  const { number, password } = wanted;
  limit(context, 'confirmation', [number]);
  const given = context.param('verification_code');
  const pending = behaviour.codesFor(state, number);
  if (!pending.some((code) => behaviour.codeMatches(code, given))) return refusals.code;
  const fresh = {
    number,
    token: behaviour.tokenOf(number),
    passwordDigest: behaviour.passwordDigest(state.salt, password),
    signalingKey,
    supportsSms: body.supportsSms === true,
    push: [],
  };
  saveAccount(state, behaviour.accountAfterConfirmation(state.accounts.get(number), fresh));
  return behaviour.done;
}

/** The path as the page prints it. */
export function confirmVerificationCodeAsPrinted(context: Context): PlainResponse {
  return context.behaviour.servesPrintedPath
    ? confirmVerificationCode(context)
    : refusals.noSuchPath;
}
