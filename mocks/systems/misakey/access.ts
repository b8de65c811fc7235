import { Refusal } from '../../engine/http.js';
import type { Context } from './behaviour.js';
import { refusals } from './refusals.js';
import type { Box, Token } from './state.js';

/** The caller's token: cookies, token, expiry and ACR, in this order. */
export function authenticate(context: Context): Token {
  const { behaviour, state, world } = context;
  const operationId = operationOf(context);
  const token = behaviour.findToken(state, behaviour.readCredentials(context), operationId);
  if (token === undefined) throw new Refusal(refusals.unknownToken());
  if (behaviour.hasExpired(token, world.clock.now(), operationId))
    throw new Refusal(refusals.expiredToken());
  const required = behaviour.minimumAcr(operationId);
  if (token.acr < required) throw new Refusal(refusals.acrTooLow(required));
  return token;
}

/** The operation of a request that was matched. */
export function operationOf(context: Context): string {
  return context.operation?.id ?? '';
}

/** Refuses a token that stands for another identity. */
export function requireIdentity(context: Context, token: Token, identityId: string): void {
  if (!context.behaviour.mayActFor(token, identityId, operationOf(context))) {
    throw new Refusal(refusals.otherIdentity());
  }
}

/** A path parameter that must be an id. */
export function pathId(context: Context, name: string): string {
  const id = context.param(name);
  if (!context.behaviour.isRequestId(id)) throw new Refusal(refusals.malformedId(name));
  return id;
}

/** The identity of the path, which must be the token's. */
export function ownIdentity(context: Context, token: Token): string {
  const id = pathId(context, 'id');
  requireIdentity(context, token, id);
  return id;
}

/** A box that exists; an unknown one is refused like one that the caller may not see. */
export function existingBox(context: Context, id: string): Box {
  const box = context.state.boxes.get(id);
  if (box === undefined) throw new Refusal(refusals.noSuchBox());
  return box;
}

/** A box of which the caller is a member. */
export function memberBox(context: Context, id: string, identityId: string): Box {
  const box = existingBox(context, id);
  if (!context.behaviour.isMember(box, identityId)) throw new Refusal(refusals.notMember());
  return box;
}

/** A box that the caller may change. */
export function managedBox(context: Context, id: string, identityId: string): Box {
  const box = memberBox(context, id, identityId);
  if (!context.behaviour.mayManage(box, identityId)) {
    throw new Refusal(refusals.notAllowed('only the creator of the box may do this'));
  }
  return box;
}
