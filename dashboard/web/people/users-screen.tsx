import { useState } from 'react'
import type { UserRow } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { formatTime } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { Regions } from '../parts/regions.tsx'
import { Screen } from '../parts/screen.tsx'
import { TablePanel } from '../parts/table-panel.tsx'
import { InstitutionName } from '../records/institution-names.tsx'
import { oneTimePassword } from './one-time-password.ts'
import { UserForm } from './user-form.tsx'

/** What takes something from a user, and is asked once more. */
type Taking = 'reset_password' | 'take_totp' | 'disable'

/** Who may come in, with which roles, and to see what. */
export function UsersScreen() {
  const { people, app, common } = useWords()
  const [editing, setEditing] = useState<UserRow | 'new'>()
  const [asked, setAsked] = useState<{ readonly taking: Taking; readonly username: string }>()
  const [error, setError] = useState<unknown>()
  const [password, setPassword] = useState('')
  const loaded = useLoad('users', () => client.get<{ rows: UserRow[] }>('/users'))

  const pathOf = (username: string) => `/users/${encodeURIComponent(username)}`
  const take: Readonly<Record<Taking, (username: string) => Promise<unknown>>> = {
    reset_password: async (username) => {
      const oneTime = oneTimePassword()
      await client.post(`${pathOf(username)}/password`, { password: oneTime })
      setPassword(oneTime)
    },
    take_totp: (username) => client.delete(`${pathOf(username)}/totp`),
    disable: (username) => client.patch(pathOf(username), { disabled: true }),
  }
  const enable = async (username: string) => {
    setError(undefined)
    await client.patch(pathOf(username), { disabled: false }).catch(setError)
    loaded.reload()
  }
  const taker = (taking: Taking, username: string) => (
    <button
      type="button"
      className="button small"
      data-testid={`${taking}-${username}`}
      onClick={() => setAsked({ taking, username })}
    >
      {people[taking]}
    </button>
  )

  return (
    <Screen
      title={app.users}
      className="page"
      tools={
        <button type="button" className="button primary small" onClick={() => setEditing('new')}>
          {people.user_new}
        </button>
      }
    >
      <p className="quiet">{people.role_rule}</p>
      {password && (
        <p className="notice" role="status" data-testid="new-password">
          {people.new_password(password)}
        </p>
      )}
      {error !== undefined && <Failure error={error} />}
      <TablePanel
        label={people.users}
        testId="users"
        loaded={loaded}
        empty={common.empty}
        keyOf={({ username }) => username}
        columns={[
          {
            head: people.username,
            cell: (user) => (
              <button type="button" className="link" onClick={() => setEditing(user)}>
                {user.username}
              </button>
            ),
          },
          { head: people.name, cell: ({ name }) => name },
          { head: people.roles, cell: ({ roles }) => roles.map((role) => common.roles[role] ?? role).join(common.and) },
          { head: app.scope, cell: ({ scope }) => <Regions scope={scope} /> },
          {
            head: people.institutions,
            cell: ({ institutions }) =>
              institutions.map((code) => (
                <div key={code}>
                  <InstitutionName code={code} coded />
                </div>
              )),
          },
          { head: people.totp, cell: ({ totp }) => (totp ? common.yes : common.no) },
          { head: people.locked_until, cell: ({ locked_until }) => locked_until && formatTime(locked_until) },
          {
            head: common.status,
            cell: ({ disabled }) => <span className="tag">{disabled ? people.disabled : people.enabled}</span>,
          },
          {
            head: common.action,
            cell: ({ username, totp, disabled }) => (
              <span className="actions">
                {taker('reset_password', username)}
                {totp && taker('take_totp', username)}
                {disabled ? (
                  <button
                    type="button"
                    className="button small"
                    data-testid={`enable-${username}`}
                    onClick={() => void enable(username)}
                  >
                    {people.enable}
                  </button>
                ) : (
                  taker('disable', username)
                )}
              </span>
            ),
          },
        ]}
      />
      {asked && (
        <ConfirmDialog
          title={people[asked.taking]}
          consequence={people.taking[asked.taking](asked.username)}
          onConfirm={async () => {
            setPassword('')
            await take[asked.taking](asked.username)
            loaded.reload()
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
      {editing && (
        <Dialog title={editing === 'new' ? people.user_new : editing.username} onClose={() => setEditing(undefined)} wide>
          <UserForm
            user={editing === 'new' ? undefined : editing}
            onClose={() => setEditing(undefined)}
            onDone={(oneTime) => {
              setEditing(undefined)
              setPassword(oneTime)
              loaded.reload()
            }}
          />
        </Dialog>
      )}
    </Screen>
  )
}
