/**
 * The tables of the workflow, the same for PostgreSQL and PGlite. A version is never edited once it was released; the next
 * change is the next entry. Money is fen, times are epoch milliseconds, `''` is missing text.
 */
const PLACE = `
  fixmedins_code text NOT NULL,
  admdvs text NOT NULL,
  insu_admdvs text NOT NULL`

const FIRST = [
  /** Alerts that someone has acted on, or whose money is held. Every other alert is `NEW`, or `VOIDED` where it is retracted. */
  `CREATE TABLE work (
    alert_id text PRIMARY KEY,
    state text NOT NULL,
    state_version integer NOT NULL,
    owner text NOT NULL,
    claimed_until bigint,
    due bigint,
    on_due text NOT NULL,
    case_id text NOT NULL DEFAULT '',
    situation jsonb NOT NULL,
    detector_id text NOT NULL,
    subject_type text NOT NULL,
    subject_id text NOT NULL,${PLACE},
    severity integer NOT NULL,
    result_type text NOT NULL,
    vola_amt bigint NOT NULL,
    revision integer NOT NULL,
    changed bigint NOT NULL,
    changed_at_seq bigint NOT NULL
  )`,
  `CREATE INDEX work_due ON work (due) WHERE on_due <> ''`,
  'CREATE INDEX work_claim ON work (claimed_until) WHERE claimed_until IS NOT NULL',
  'CREATE INDEX work_subject ON work (subject_type, subject_id)',
  `CREATE INDEX work_case ON work (case_id) WHERE case_id <> ''`,
  'CREATE INDEX work_changed ON work (changed)',

  /** Every action and every look at what is masked, chained by hashes. */
  `CREATE TABLE audit (
    n bigint PRIMARY KEY,
    at bigint NOT NULL,
    actor text NOT NULL,
    address text NOT NULL,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    purpose text NOT NULL,
    result text NOT NULL,
    detail text NOT NULL,
    hash text NOT NULL
  )`,
  'CREATE INDEX audit_object ON audit (object_type, object_id, n)',
  'CREATE INDEX audit_at ON audit (at)',
  'CREATE TABLE audit_head (id integer PRIMARY KEY CHECK (id = 1), n bigint NOT NULL, hash text NOT NULL)',
  `INSERT INTO audit_head VALUES (1, 0, '')`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The record is append-only.'; END $$`,
  `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,

  `CREATE TABLE hold (
    hold_id text PRIMARY KEY,
    alert_id text NOT NULL,
    setl_id text NOT NULL,${PLACE},
    month text NOT NULL,
    amt bigint NOT NULL,
    reason_rule text NOT NULL,
    automatic boolean NOT NULL,
    state text NOT NULL,
    since bigint NOT NULL,
    confirm_by bigint,
    expires bigint,
    requested_by text NOT NULL DEFAULT '',
    release_requested_by text NOT NULL DEFAULT '',
    confirmed_by text NOT NULL DEFAULT '',
    ended bigint,
    end_reason text NOT NULL DEFAULT ''
  )`,
  `CREATE UNIQUE INDEX hold_active ON hold (alert_id, setl_id) WHERE state IN ('REQUESTED', 'HELD')`,
  'CREATE INDEX hold_month ON hold (fixmedins_code, month, state)',
  `CREATE INDEX hold_since ON hold (since) WHERE state = 'HELD'`,

  `CREATE TABLE case_file (
    case_id text PRIMARY KEY,
    title text NOT NULL,
    subject_type text NOT NULL,
    subject_id text NOT NULL,${PLACE},
    opened bigint NOT NULL,
    opened_by text NOT NULL,
    updated bigint NOT NULL,
    version integer NOT NULL
  )`,
  'CREATE INDEX case_subject ON case_file (subject_type, subject_id)',
  'CREATE TABLE case_number (year integer PRIMARY KEY, last integer NOT NULL)',

  `CREATE TABLE task (
    task_id text PRIMARY KEY,
    kind text NOT NULL,
    alert_id text NOT NULL,
    detector_id text NOT NULL,${PLACE},
    text text NOT NULL,
    opened bigint NOT NULL,
    done bigint,
    done_by text NOT NULL DEFAULT ''
  )`,

  `CREATE TABLE attachment (
    attachment_id text PRIMARY KEY,
    alert_id text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    added bigint NOT NULL,
    added_by text NOT NULL
  )`,
  'CREATE INDEX attachment_alert ON attachment (alert_id)',

  `CREATE TABLE exception_order (
    exception_id text PRIMARY KEY,
    alert_id text NOT NULL DEFAULT '',
    detector_id text NOT NULL,
    subject_type text NOT NULL,
    subject_id text NOT NULL,${PLACE},
    first_day text NOT NULL,
    last_day text NOT NULL,
    reason text NOT NULL,
    requested_by text NOT NULL,
    confirmed_by text NOT NULL DEFAULT '',
    state text NOT NULL,
    told boolean NOT NULL DEFAULT false
  )`,

  `CREATE TABLE points (
    measure_id text PRIMARY KEY,
    alert_id text NOT NULL,
    doctor text NOT NULL,${PLACE},
    year integer NOT NULL,
    points integer NOT NULL,
    at bigint NOT NULL
  )`,
  'CREATE INDEX points_doctor ON points (doctor, year)',
  `CREATE TABLE credit (
    measure_id text PRIMARY KEY,
    alert_id text NOT NULL,${PLACE},
    year integer NOT NULL,
    points integer NOT NULL,
    at bigint NOT NULL
  )`,
  'CREATE INDEX credit_institution ON credit (fixmedins_code, year)',

  `CREATE TABLE bulk (
    bulk_id text PRIMARY KEY,
    action jsonb NOT NULL,
    requested_by text NOT NULL,
    requested bigint NOT NULL,
    approved_by text NOT NULL DEFAULT ''
  )`,

  /** How far the log of alerts has been followed. */
  'CREATE TABLE followed (id integer PRIMARY KEY CHECK (id = 1), epoch text NOT NULL, seq bigint NOT NULL)',

  `CREATE TABLE account (
    username text PRIMARY KEY,
    name text NOT NULL,
    password text NOT NULL,
    roles jsonb NOT NULL,
    scope jsonb NOT NULL,
    institutions jsonb NOT NULL,
    recusals jsonb NOT NULL,
    disabled boolean NOT NULL,
    password_change boolean NOT NULL,
    totp text NOT NULL DEFAULT '',
    totp_offered text NOT NULL DEFAULT '',
    totp_step bigint NOT NULL DEFAULT 0
  )`,
  `CREATE TABLE sign_in (
    hash text PRIMARY KEY,
    id text NOT NULL UNIQUE,
    username text NOT NULL,
    started bigint NOT NULL,
    seen bigint NOT NULL
  )`,
  'CREATE INDEX sign_in_user ON sign_in (username)',
  `CREATE TABLE token (
    id text PRIMARY KEY,
    hash text NOT NULL UNIQUE,
    role text NOT NULL,
    scope jsonb NOT NULL,
    created bigint NOT NULL
  )`,
  /** Failed sign-ins per name, existing or not. */
  'CREATE TABLE failure (username text PRIMARY KEY, count integer NOT NULL, at bigint NOT NULL)',
]

const VIEWS_AND_LOOKS = [
  /** The views of the live list that a person keeps, the newest first. */
  'CREATE TABLE saved_views (username text PRIMARY KEY, views jsonb NOT NULL)',

  /** Looks at so many persons at once that a second person must agree. */
  `CREATE TABLE unmasking (
    unmasking_id text PRIMARY KEY,
    object_type text NOT NULL,
    object_id text NOT NULL,${PLACE},
    persons integer NOT NULL,
    reason text NOT NULL,
    requested_by text NOT NULL,
    requested bigint NOT NULL,
    approved_by text NOT NULL DEFAULT '',
    used bigint
  )`,
  /** Who has seen how many persons, and when. */
  'CREATE TABLE look (username text NOT NULL, at bigint NOT NULL, persons integer NOT NULL)',
  'CREATE INDEX look_user ON look (username, at)',
]

/** What was decided on agreements and qualifications, whose files are whose, and which terms were called overdue. */
const SANCTIONS_AND_NOTICES = [
  `CREATE TABLE sanction (
    measure_id text PRIMARY KEY,
    alert_id text NOT NULL,
    reference_table text NOT NULL,
    subject text NOT NULL,
    status text NOT NULL,
    first_day text NOT NULL,
    last_day text NOT NULL,
    told bigint
  )`,
  'ALTER TABLE attachment ADD COLUMN by_party boolean NOT NULL DEFAULT false',
  /** The term that was called overdue last. */
  'ALTER TABLE work ADD COLUMN overdue bigint',
  `CREATE INDEX work_overdue ON work (due) WHERE on_due = '' AND due IS NOT NULL`,
  `CREATE INDEX work_notified ON work (fixmedins_code) WHERE situation->>'notified_amount' IS NOT NULL`,
]

const BULK_REVIEWS = [
  /** What would have changed when a bulk action was asked for: regions with their alerts and money, and the places. */
  `ALTER TABLE bulk ADD COLUMN told jsonb NOT NULL DEFAULT '{"regions":[],"places":[]}'`,
]

export const MIGRATIONS: readonly (readonly string[])[] = [FIRST, VIEWS_AND_LOOKS, SANCTIONS_AND_NOTICES, BULK_REVIEWS]
