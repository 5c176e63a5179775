import { type Static, Type } from 'typebox'
import { orNull, time } from './field.ts'

const roles = Type.Array(Type.String(), { minItems: 1 })
const regions = Type.Array(Type.String({ pattern: '^\\d{6}$' }), { description: 'admdvs; 000000 is the whole country' })
const institutions = Type.Array(Type.String(), { description: 'empty: all institutions of the regions' })

/** Users, for the security administrator. */
export const UserRow = Type.Object({
  username: Type.String(),
  name: Type.String(),
  roles,
  scope: regions,
  institutions,
  recusals: Type.Array(Type.String(), { description: 'institutions whose items the person does not decide' }),
  disabled: Type.Boolean(),
  totp: Type.Boolean(),
  locked_until: orNull(time),
})
export type UserRow = Static<typeof UserRow>

export const UserOrder = Type.Object(
  {
    username: Type.String({ pattern: '^[A-Za-z0-9_.@-]{2,128}$' }),
    name: Type.Optional(Type.String({ maxLength: 100 })),
    roles,
    scope: regions,
    institutions: Type.Optional(institutions),
    recusals: Type.Optional(Type.Array(Type.String())),
  },
  { additionalProperties: false },
)
export type UserOrder = Static<typeof UserOrder>

/** Answer of `POST /session` and `GET /me`. While `password_change` is true, only `POST /session/password` is allowed. */
export const Me = Type.Object({
  username: Type.String(),
  roles: Type.Array(Type.String()),
  scope: regions,
  institutions,
  password_change: Type.Boolean(),
  totp: Type.Boolean({ description: 'whether a second factor is set up' }),
})
/** `POST /session/password`; sign in anew afterwards is not needed. `PASSWORD_WEAK`, `CREDENTIALS_WRONG`. */
export const PasswordOrder = Type.Object(
  { current: Type.String({ minLength: 1, maxLength: 1024 }), password: Type.String({ minLength: 1, maxLength: 1024 }) },
  { additionalProperties: false },
)
/** `POST /me/totp`: the secret to scan; `POST /me/totp/confirm { code }` switches it on. */
export const TotpOffer = Type.Object({ secret: Type.String(), uri: Type.String({ description: 'otpauth:' }) })
