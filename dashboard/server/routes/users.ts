import { Type } from 'typebox'
import { formatInstant } from '../../../schemas/time.ts'
import { UserOrder, UserRow } from '../../../schemas/workflow.ts'
import { type Caller, hasRole } from '../access/caller.ts'
import { lockedUntil } from '../access/lockout.ts'
import { type App, callerOf } from '../app.ts'
import type { Access } from '../ports.ts'
import { Problem } from '../problems.ts'
import { described, ListOf, Nothing } from './described.ts'

const Name = Type.Object({ username: Type.String({ maxLength: 128 }) })
const { name, roles, scope, institutions, recusals } = UserOrder.properties
const password = Type.String({ minLength: 1, maxLength: 1024 })
const NewUser = Type.Object({ ...UserOrder.properties, password }, { additionalProperties: false })
const Changes = Type.Object(
  {
    name,
    roles: Type.Optional(roles),
    scope: Type.Optional(scope),
    institutions,
    recusals,
    disabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
const Person = Type.Object({ username: Type.String(), name: Type.String(), roles: Type.Array(Type.String()) })

/** Colleagues to whom work can be given, and the administration of users. Passwords given here are one-time ones. */
export function userRoutes(app: App, { access, now }: { access: Access; now: () => number }): void {
  const config = { access: ['sec_admin', 'sys_admin'] } as const

  /** The security administrator grants; until there is one, the first administrator does. */
  async function requireGrantor(caller: Caller): Promise<string> {
    if (hasRole(caller, ['sec_admin'])) return caller.username
    const users = await access.users()
    if (users.some((user) => !user.disabled && user.roles.includes('sec_admin'))) throw new Problem('ROLE_REQUIRED')
    return caller.username
  }

  async function rowOf(username: string) {
    const row = (await rows()).find((user) => user.username === username)
    if (!row) throw new Problem('USER_UNKNOWN')
    return row
  }

  async function rows() {
    return (await access.users()).map((user) => {
      const until = user.failures === null ? undefined : lockedUntil(user.failures, user.failed_at!, now())
      return {
        username: user.username,
        name: user.name,
        roles: [...user.roles],
        scope: [...user.scope],
        institutions: [...user.institutions],
        recusals: [...user.recusals],
        disabled: user.disabled,
        totp: user.totp !== '',
        locked_until: until === undefined ? null : formatInstant(until),
      }
    })
  }

  app.get('/users', { config, schema: described('users', 'All users', { answer: ListOf(UserRow) }) }, async () => ({
    rows: await rows(),
    next: null,
  }))

  app.post(
    '/users',
    { config, schema: described('users', 'Add a user with a one-time password', { body: NewUser, answer: UserRow }) },
    async (request) => {
      const { password, ...user } = request.body
      await access.addUser(user, password, { by: await requireGrantor(callerOf(request)), isOneTime: true })
      return rowOf(user.username)
    },
  )

  app.patch(
    '/users/:username',
    { config, schema: described('users', 'Change what a user may do', { params: Name, body: Changes, answer: UserRow }) },
    async (request) => {
      await access.changeUser(request.params.username, request.body, await requireGrantor(callerOf(request)))
      return rowOf(request.params.username)
    },
  )

  app.post(
    '/users/:username/password',
    {
      config,
      schema: described('users', 'Give a one-time password', {
        params: Name,
        body: Type.Object({ password }, { additionalProperties: false }),
        status: 204,
        answer: Nothing,
      }),
    },
    async (request, reply) => {
      const by = await requireGrantor(callerOf(request))
      await access.setPassword(request.params.username, request.body.password, { by, isOneTime: true })
      return reply.code(204).send()
    },
  )

  app.delete(
    '/users/:username/totp',
    {
      config,
      schema: described('users', 'Take a lost second factor away', { params: Name, status: 204, answer: Nothing }),
    },
    async (request, reply) => {
      await access.removeTotp(request.params.username, await requireGrantor(callerOf(request)))
      return reply.code(204).send()
    },
  )

  app.get(
    '/people',
    {
      config: { access: ['officer', 'investigator', 'reviewer2', 'panel'] },
      schema: described('users', 'To whom work can be given', {
        querystring: Type.Object({ role: Type.Optional(Type.String()) }, { additionalProperties: false }),
        answer: ListOf(Person),
      }),
    },
    async ({ query: { role } }) => {
      const workers = (await access.users()).filter((user) => {
        const works = user.roles.some((one) => ['officer', 'investigator', 'reviewer2', 'panel'].includes(one))
        return works && !user.disabled && (role === undefined || (user.roles as readonly string[]).includes(role))
      })
      return { rows: workers.map(({ username, name, roles }) => ({ username, name, roles: [...roles] })), next: null }
    },
  )
}
