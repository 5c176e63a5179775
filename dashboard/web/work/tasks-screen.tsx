import { useState } from 'react'
import type { Task } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { FormFoot } from '../parts/form-foot.tsx'
import { formatTime } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { useSubmission } from '../parts/submission.ts'
import { TablePanel } from '../parts/table-panel.tsx'
import { usePages } from '../parts/use-pages.ts'

/** What must follow from decisions: money to correct, rules to tune, knowledge to amend. */
export function TasksScreen() {
  const { work, app, common } = useWords()
  const [closing, setClosing] = useState<Task>()
  const pages = usePages<Task>('/tasks?done=false')
  return (
    <Screen title={app.tasks} className="page">
      <TablePanel
        label={app.tasks}
        testId="tasks"
        loaded={pages}
        empty={work.no_tasks}
        keyOf={({ task_id }) => task_id}
        columns={[
          { head: work.task, cell: ({ kind }) => work.task_kinds[kind] ?? kind },
          { head: common.note, kind: 'text', cell: ({ text }) => text },
          {
            head: common.detector,
            cell: ({ alert_id, detector_id }) => (
              <Link className="code" to={alert_id ? `/alerts/${alert_id}` : `/rules/${detector_id}`}>
                {detector_id}
              </Link>
            ),
          },
          { head: work.task_since, cell: ({ opened }) => formatTime(opened).slice(0, 16) },
          {
            head: common.action,
            cell: (task) => (
              <button type="button" className="button small" onClick={() => setClosing(task)}>
                {work.task_done}
              </button>
            ),
          },
        ]}
      />
      {closing && (
        <DoneDialog
          task={closing}
          onClose={(done) => {
            setClosing(undefined)
            if (done) pages.reload()
          }}
        />
      )}
    </Screen>
  )
}

function DoneDialog({ task, onClose }: { task: Task; onClose: (done: boolean) => void }) {
  const { work } = useWords()
  const [note, setNote] = useState('')
  const { error, busy, submit } = useSubmission(async () => {
    await client.post(`/tasks/${task.task_id}/done`, { note })
    onClose(true)
  })
  return (
    <Dialog title={work.task_done} onClose={() => onClose(false)}>
      <form className="stack" onSubmit={submit}>
        <p>{task.text}</p>
        <Field label={work.note}>
          {(ids) => <textarea {...ids} required maxLength={4000} value={note} onChange={({ target }) => setNote(target.value)} />}
        </Field>
        {error !== undefined && <Failure error={error} />}
        <FormFoot submit={work.task_done} busy={busy} onClose={() => onClose(false)} />
      </form>
    </Dialog>
  )
}
