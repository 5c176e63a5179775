import { useState } from 'react'
import type { UserRow } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { Dialog } from '../parts/dialog.tsx'
import { formatTime } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { TablePanel } from '../parts/table-panel.tsx'
import { oneTimePassword } from './one-time-password.ts'
import { UserForm } from './user-form.tsx'

/** Who may come in, with which roles, and to see what. */
export function UsersScreen() {
  const { people, app, common } = useWords()
  const [editing, setEditing] = useState<UserRow | 'new'>()
  const [error, setError] = useState<unknown>()
  const [password, setPassword] = useState('')
  const loaded = useLoad('users', () => client.get<{ rows: UserRow[] }>('/users'))

  const attempt = async (act: () => Promise<unknown>) => {
    setError(undefined)
    await act().catch(setError)
    loaded.reload()
  }
  const reset = ({ username }: UserRow) =>
    attempt(async () => {
      const oneTime = oneTimePassword()
      await client.post(`/users/${encodeURIComponent(username)}/password`, { password: oneTime })
      setPassword(oneTime)
    })
  const takeTotp = ({ username }: UserRow) => attempt(() => client.delete(`/users/${encodeURIComponent(username)}/totp`))
  const toggle = ({ username, disabled }: UserRow) =>
    attempt(() => client.patch(`/users/${encodeURIComponent(username)}`, { disabled: !disabled }))

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
          { head: app.scope, kind: 'code', cell: ({ scope, institutions }) => [...scope, ...institutions].join(' ') },
          { head: people.totp, cell: ({ totp }) => (totp ? common.yes : common.no) },
          { head: people.locked_until, cell: ({ locked_until }) => locked_until && formatTime(locked_until) },
          {
            head: common.status,
            cell: ({ disabled }) => <span className="tag">{disabled ? people.disabled : people.enabled}</span>,
          },
          {
            head: common.more,
            cell: (user) => (
              <span className="actions">
                <button type="button" className="button small" onClick={() => void reset(user)}>
                  {people.reset_password}
                </button>
                {user.totp && (
                  <button type="button" className="button small" onClick={() => void takeTotp(user)}>
                    {people.take_totp}
                  </button>
                )}
                <button type="button" className="button small" onClick={() => void toggle(user)}>
                  {user.disabled ? people.enable : people.disable}
                </button>
              </span>
            ),
          },
        ]}
      />
      {editing && (
        <Dialog title={editing === 'new' ? people.user_new : editing.username} onClose={() => setEditing(undefined)} wide>
          <UserForm
            user={editing === 'new' ? undefined : editing}
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
