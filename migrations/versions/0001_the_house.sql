CREATE TABLE accounts (
	id UUID NOT NULL, 
	login TEXT NOT NULL, 
	county_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	password_hash TEXT NOT NULL, 
	disabled_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_login UNIQUE (login)
);

CREATE TABLE announcements (
	id UUID NOT NULL, 
	seq BIGINT GENERATED ALWAYS AS IDENTITY, 
	county_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id UUID NOT NULL, 
	audience JSONB NOT NULL, 
	facts JSONB NOT NULL, 
	announced_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	next_attempt_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	attempts INTEGER NOT NULL, 
	handled_at TIMESTAMP WITH TIME ZONE, 
	dead_at TIMESTAMP WITH TIME ZONE, 
	last_error TEXT, 
	CONSTRAINT pk_announcements PRIMARY KEY (id)
);

CREATE INDEX ix_announcements_dead ON announcements (dead_at) WHERE dead_at is not null;

CREATE INDEX ix_announcements_handled ON announcements (handled_at) WHERE handled_at is not null;

CREATE INDEX ix_announcements_subject ON announcements (subject_id, seq) WHERE handled_at is null and dead_at is null;

CREATE INDEX ix_announcements_told ON announcements (subject_id, seq);

CREATE INDEX ix_announcements_waiting ON announcements (next_attempt_at, seq) WHERE handled_at is null and dead_at is null;

CREATE TABLE audit_lines (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	action TEXT NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id UUID NOT NULL, 
	tenant_id UUID, 
	person_id UUID, 
	capacity_id UUID, 
	for_person_id UUID, 
	for_capacity_id UUID, 
	commitment BYTEA NOT NULL, 
	CONSTRAINT pk_audit_lines PRIMARY KEY (county_id, id)
);

CREATE TABLE audit_seals (
	county_id UUID NOT NULL, 
	number BIGINT NOT NULL, 
	previous BYTEA NOT NULL, 
	digest BYTEA NOT NULL, 
	lines INTEGER NOT NULL, 
	sealed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_audit_seals PRIMARY KEY (county_id, number)
);

CREATE TABLE beats (
	reconciler TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	waiting_since TIMESTAMP WITH TIME ZONE, 
	given_up BIGINT NOT NULL, 
	done BIGINT NOT NULL, 
	CONSTRAINT pk_beats PRIMARY KEY (reconciler)
);

CREATE TABLE counties (
	county_id UUID NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	time_zone TEXT NOT NULL, 
	policy_version BIGINT NOT NULL, 
	rulebook_version BIGINT NOT NULL, 
	calendar_version BIGINT NOT NULL, 
	CONSTRAINT pk_counties PRIMARY KEY (county_id)
);

CREATE TABLE inboxes (
	county_id UUID NOT NULL, 
	capacity_id UUID NOT NULL, 
	last_number INTEGER NOT NULL, 
	CONSTRAINT pk_inboxes PRIMARY KEY (county_id, capacity_id)
);

CREATE TABLE issued_numbers (
	county_id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	formatted TEXT NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id UUID NOT NULL, 
	issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	void_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_issued_numbers PRIMARY KEY (county_id, owner_id, kind, year, number), 
	CONSTRAINT uq_issued_numbers_county_id_owner_id_kind_subject_id UNIQUE (county_id, owner_id, kind, subject_id)
);

CREATE TABLE number_counters (
	county_id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	last BIGINT NOT NULL, 
	CONSTRAINT pk_number_counters PRIMARY KEY (county_id, owner_id, kind, year), 
	CONSTRAINT ck_number_counters_counts_from_one CHECK (last >= 1)
);

CREATE TABLE platform_rulebooks (
	id UUID NOT NULL, 
	layer TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	digest BYTEA NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_until DATE, 
	loaded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_platform_rulebooks PRIMARY KEY (id), 
	CONSTRAINT uq_platform_rulebooks_layer_version UNIQUE (layer, version), 
	CONSTRAINT ck_platform_rulebooks_ends_after_it_began CHECK (valid_until is null or valid_until >= valid_from)
);

CREATE TABLE remembered_mutations (
	county_id UUID NOT NULL, 
	capacity_id UUID NOT NULL, 
	mutation TEXT NOT NULL, 
	key TEXT NOT NULL, 
	owner_id UUID NOT NULL, 
	input_digest BYTEA NOT NULL, 
	outcome JSONB NOT NULL, 
	remembered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_remembered_mutations PRIMARY KEY (county_id, capacity_id, mutation, key, owner_id)
);

CREATE INDEX ix_remembered_mutations_remembered_at ON remembered_mutations (remembered_at);

CREATE TABLE search_grams (
	county_id UUID NOT NULL, 
	gram TEXT COLLATE "C" NOT NULL, 
	subject_id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID, 
	overseen_id UUID, 
	CONSTRAINT pk_search_grams PRIMARY KEY (county_id, gram, subject_id), 
	CONSTRAINT uq_search_grams_county_id_from_id_gram_subject_id UNIQUE (county_id, from_id, gram, subject_id), 
	CONSTRAINT uq_search_grams_county_id_to_id_gram_subject_id UNIQUE (county_id, to_id, gram, subject_id)
);

CREATE INDEX ix_search_grams_county_id_subject_id ON search_grams (county_id, subject_id);

CREATE TABLE set_clock (
	id BIGINT NOT NULL, 
	instant TIMESTAMP WITH TIME ZONE NOT NULL, 
	set_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	running BOOLEAN NOT NULL, 
	CONSTRAINT pk_set_clock PRIMARY KEY (id), 
	CONSTRAINT ck_set_clock_one_row CHECK (id = 1)
);

CREATE TABLE sign_in_attempts (
	login_digest BYTEA NOT NULL, 
	failures BIGINT NOT NULL, 
	locked_until TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_sign_in_attempts PRIMARY KEY (login_digest)
);

CREATE TABLE statutory_years (
	year INTEGER NOT NULL, 
	notice TEXT NOT NULL, 
	loaded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_statutory_years PRIMARY KEY (year)
);

CREATE TABLE account_links (
	id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	issuer TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	linked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	unlinked_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_account_links PRIMARY KEY (id), 
	CONSTRAINT uq_account_links_id_account_id UNIQUE (id, account_id), 
	CONSTRAINT fk_account_links_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);

CREATE UNIQUE INDEX uq_account_links_linked ON account_links (issuer, subject) WHERE unlinked_at is null;

CREATE TABLE announcement_receipts (
	announcement_id UUID NOT NULL, 
	handler TEXT NOT NULL, 
	handled_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_announcement_receipts PRIMARY KEY (announcement_id, handler), 
	CONSTRAINT fk_announcement_receipts_announcement_id FOREIGN KEY(announcement_id) REFERENCES announcements (id) ON DELETE cascade
);

CREATE TABLE audit_contents (
	county_id UUID NOT NULL, 
	line_id UUID NOT NULL, 
	salt BYTEA NOT NULL, 
	content JSONB NOT NULL, 
	CONSTRAINT pk_audit_contents PRIMARY KEY (county_id, line_id), 
	CONSTRAINT fk_audit_contents_county_id_line_id FOREIGN KEY(county_id, line_id) REFERENCES audit_lines (county_id, id)
);

CREATE TABLE audit_sealed_lines (
	county_id UUID NOT NULL, 
	line_id UUID NOT NULL, 
	seal_number BIGINT NOT NULL, 
	position INTEGER NOT NULL, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_audit_sealed_lines PRIMARY KEY (county_id, line_id), 
	CONSTRAINT uq_audit_sealed_lines_county_id_seal_number_position UNIQUE (county_id, seal_number, position), 
	CONSTRAINT fk_audit_sealed_lines_county_id_seal_number FOREIGN KEY(county_id, seal_number) REFERENCES audit_seals (county_id, number)
);

CREATE TABLE audit_unsealed (
	county_id UUID NOT NULL, 
	line_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_audit_unsealed PRIMARY KEY (county_id, line_id), 
	CONSTRAINT fk_audit_unsealed_county_id_line_id FOREIGN KEY(county_id, line_id) REFERENCES audit_lines (county_id, id)
);

CREATE TABLE calendar_versions (
	county_id UUID NOT NULL, 
	version BIGINT NOT NULL, 
	source TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_calendar_versions PRIMARY KEY (county_id, version), 
	CONSTRAINT fk_calendar_versions_county_id FOREIGN KEY(county_id) REFERENCES counties (county_id)
);

CREATE TABLE county_days (
	county_id UUID NOT NULL, 
	day DATE NOT NULL, 
	working BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	source TEXT NOT NULL, 
	CONSTRAINT pk_county_days PRIMARY KEY (county_id, day), 
	CONSTRAINT fk_county_days_county_id FOREIGN KEY(county_id) REFERENCES counties (county_id)
);

CREATE TABLE county_rulebooks (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	layer TEXT NOT NULL, 
	place TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	digest BYTEA NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_until DATE, 
	loaded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_county_rulebooks PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_county_rulebooks_county_id_layer_place_version UNIQUE (county_id, layer, place, version), 
	CONSTRAINT fk_county_rulebooks_county_id FOREIGN KEY(county_id) REFERENCES counties (county_id), 
	CONSTRAINT ck_county_rulebooks_ends_after_it_began CHECK (valid_until is null or valid_until >= valid_from)
);

CREATE TABLE organisations (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	short_name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name_inferred BOOLEAN NOT NULL, 
	inference TEXT, 
	CONSTRAINT pk_organisations PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_organisations_county_id_code UNIQUE (county_id, code), 
	CONSTRAINT fk_organisations_county_id FOREIGN KEY(county_id) REFERENCES counties (county_id)
);

CREATE INDEX ix_organisations_county_id_kind_code ON organisations (county_id, kind, code);

CREATE TABLE statutory_days (
	day DATE NOT NULL, 
	year INTEGER NOT NULL, 
	working BOOLEAN NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT pk_statutory_days PRIMARY KEY (day), 
	CONSTRAINT ck_statutory_days_in_its_year CHECK (year = extract(year from day) or (year = extract(year from day) + 1 and extract(month from day) = 12)), 
	CONSTRAINT fk_statutory_days_year FOREIGN KEY(year) REFERENCES statutory_years (year) ON DELETE cascade
);

CREATE TABLE agreements (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID NOT NULL, 
	one_id UUID NOT NULL, 
	other_id UUID NOT NULL, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	item_code TEXT NOT NULL, 
	materials JSONB NOT NULL, 
	since DATE NOT NULL, 
	ends_on DATE, 
	proposed_by UUID NOT NULL, 
	proposed_for UUID, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	answered_by UUID, 
	answered_for UUID, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	decline_reasons TEXT, 
	ended_by UUID, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_agreements PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_agreements_county_id_from_id FOREIGN KEY(county_id, from_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_agreements_county_id_to_id FOREIGN KEY(county_id, to_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_agreements_known_state CHECK (state in ('proposed', 'confirmed', 'declined', 'withdrawn', 'ended')), 
	CONSTRAINT ck_agreements_between_two CHECK (from_id <> to_id), 
	CONSTRAINT ck_agreements_pair_in_order CHECK (one_id = least(from_id, to_id) and other_id = greatest(from_id, to_id)), 
	CONSTRAINT ck_agreements_answered CHECK ((state in ('proposed', 'withdrawn')) = (answered_at is null) and (answered_at is null) = (answered_by is null)), 
	CONSTRAINT ck_agreements_declined_with_reasons CHECK ((state = 'declined') = (decline_reasons is not null)), 
	CONSTRAINT ck_agreements_ends_when_ended CHECK ((state = 'ended') = (ends_on is not null)), 
	CONSTRAINT ck_agreements_the_letter_stays CHECK (materials @> '[{"kind": "letter", "need": "required"}]'::jsonb)
);

CREATE INDEX ix_agreements_county_id_item_code_id ON agreements (county_id, item_code, id);

CREATE INDEX ix_agreements_county_id_state_id ON agreements (county_id, state, id);

CREATE INDEX ix_agreements_proposed_by ON agreements (county_id, from_id, id);

CREATE INDEX ix_agreements_proposed_to ON agreements (county_id, to_id, id);

CREATE UNIQUE INDEX uq_agreements_first_day ON agreements (county_id, one_id, other_id, item_code, since) WHERE (state = 'confirmed' or (state = 'ended' and ends_on > since));

CREATE TABLE alerts (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	began_on DATE NOT NULL, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	place TEXT NOT NULL, 
	item_code TEXT, 
	drafted_by UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	sent_by UUID, 
	sent_for UUID, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	letter_number TEXT, 
	CONSTRAINT pk_alerts PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_alerts_county_id_owner_id FOREIGN KEY(county_id, owner_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT uq_alerts_county_id_id_owner_id UNIQUE (county_id, id, owner_id), 
	CONSTRAINT ck_alerts_known_state CHECK (state in ('draft', 'sent', 'discarded')), 
	CONSTRAINT ck_alerts_known_kind CHECK (kind in ('hazard', 'hot_spot', 'industry', 'regional')), 
	CONSTRAINT ck_alerts_numbered_once_sent CHECK ((state = 'sent') = (letter_number is not null) and (state = 'sent') = (sent_at is not null) and (state = 'sent') = (sent_by is not null))
);

CREATE INDEX ix_alerts_county_id_owner_id_id ON alerts (county_id, owner_id, id);

CREATE INDEX ix_alerts_state ON alerts (county_id, owner_id, state, id);

CREATE TABLE deadlines (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	obligor_id UUID NOT NULL, 
	waiting_id UUID, 
	subject_kind TEXT NOT NULL, 
	subject_id UUID NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	amount INTEGER NOT NULL, 
	unit TEXT NOT NULL, 
	source TEXT NOT NULL, 
	ruled_on DATE NOT NULL, 
	warn_at TIMESTAMP WITH TIME ZONE, 
	due_day_at TIMESTAMP WITH TIME ZONE, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	escalate_at TIMESTAMP WITH TIME ZONE, 
	escalates_to TEXT, 
	provisional BOOLEAN NOT NULL, 
	calendar_version BIGINT NOT NULL, 
	suspended_since TIMESTAMP WITH TIME ZONE, 
	round INTEGER NOT NULL, 
	next_rung TEXT, 
	next_rung_at TIMESTAMP WITH TIME ZONE, 
	met_at TIMESTAMP WITH TIME ZONE, 
	cancelled_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_deadlines PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_deadlines_county_id_obligor_id FOREIGN KEY(county_id, obligor_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_deadlines_county_id_waiting_id FOREIGN KEY(county_id, waiting_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_deadlines_closed_is_silent CHECK ((met_at is null and cancelled_at is null) or next_rung_at is null), 
	CONSTRAINT ck_deadlines_rung_has_its_time CHECK ((next_rung is null) = (next_rung_at is null)), 
	CONSTRAINT ck_deadlines_suspended_is_silent CHECK (suspended_since is null or (met_at is null and cancelled_at is null and next_rung_at is null))
);

CREATE INDEX ix_deadlines_awaited ON deadlines (county_id, waiting_id, due_at, id) WHERE met_at is null and cancelled_at is null;

CREATE INDEX ix_deadlines_counted ON deadlines (county_id, calendar_version) WHERE met_at is null and cancelled_at is null;

CREATE INDEX ix_deadlines_county_id_subject_id ON deadlines (county_id, subject_id);

CREATE INDEX ix_deadlines_open ON deadlines (county_id, due_at, id) WHERE met_at is null and cancelled_at is null;

CREATE INDEX ix_deadlines_owed ON deadlines (county_id, obligor_id, due_at, id) WHERE met_at is null and cancelled_at is null;

CREATE INDEX ix_deadlines_ringing ON deadlines (county_id, next_rung_at) WHERE next_rung_at is not null;

CREATE UNIQUE INDEX uq_deadlines_open ON deadlines (county_id, subject_id, kind) WHERE met_at is null and cancelled_at is null;

CREATE TABLE duties (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	code TEXT NOT NULL, 
	matter TEXT NOT NULL, 
	body_id UUID NOT NULL, 
	basis TEXT NOT NULL, 
	since DATE NOT NULL, 
	until DATE, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_duties PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_duties_county_id_code_body_id_since UNIQUE (county_id, code, body_id, since), 
	CONSTRAINT fk_duties_county_id_body_id FOREIGN KEY(county_id, body_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_duties_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_duties_lasting CHECK (until > since)
);

CREATE INDEX ix_duties_county_id_body_id ON duties (county_id, body_id);

CREATE TABLE files (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	uploaded_by UUID NOT NULL, 
	name TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 TEXT NOT NULL, 
	uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	attached_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_files PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_files_county_id_owner_id FOREIGN KEY(county_id, owner_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT uq_files_county_id_id_owner_id UNIQUE (county_id, id, owner_id)
);

CREATE INDEX ix_files_unattached ON files (uploaded_at) WHERE attached_at is null;

CREATE TABLE items (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	code TEXT NOT NULL, 
	made_up BOOLEAN NOT NULL, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_items PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_items_county_id_code UNIQUE (county_id, code), 
	CONSTRAINT fk_items_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE night_duty_swaps (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	body_id UUID NOT NULL, 
	duty_id UUID NOT NULL, 
	other_duty_id UUID NOT NULL, 
	proposed_by UUID NOT NULL, 
	other_id UUID NOT NULL, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	confirmed_by UUID, 
	confirmed_for UUID, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_night_duty_swaps PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_night_duty_swaps_county_id_body_id FOREIGN KEY(county_id, body_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_night_duty_swaps_known_state CHECK (state in ('proposed', 'agreed', 'swapped', 'declined', 'withdrawn')), 
	CONSTRAINT ck_night_duty_swaps_closed_at_an_instant CHECK ((state in ('swapped', 'declined', 'withdrawn')) = (closed_at is not null))
);

CREATE INDEX ix_night_duty_swaps_county_id_body_id_id ON night_duty_swaps (county_id, body_id, id);

CREATE INDEX ix_night_duty_swaps_county_id_duty_id ON night_duty_swaps (county_id, duty_id);

CREATE INDEX ix_night_duty_swaps_county_id_other_duty_id ON night_duty_swaps (county_id, other_duty_id);

CREATE INDEX ix_night_duty_swaps_county_id_state_id ON night_duty_swaps (county_id, state, id);

CREATE TABLE organisation_functions (
	county_id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	function TEXT NOT NULL, 
	oversees BOOLEAN NOT NULL, 
	CONSTRAINT pk_organisation_functions PRIMARY KEY (county_id, organisation_id, function), 
	CONSTRAINT fk_organisation_functions_county_id_organisation_id FOREIGN KEY(county_id, organisation_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE persons (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	pinyin TEXT COLLATE "C" NOT NULL, 
	home_id UUID NOT NULL, 
	CONSTRAINT pk_persons PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_persons_county_id FOREIGN KEY(county_id) REFERENCES counties (county_id), 
	CONSTRAINT fk_persons_county_id_home_id FOREIGN KEY(county_id, home_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT uq_persons_county_id_home_id_id UNIQUE (county_id, home_id, id), 
	CONSTRAINT uq_persons_pinyin UNIQUE (county_id, home_id, id, pinyin)
);

CREATE TABLE referrals (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	addressee_id UUID NOT NULL, 
	to_id UUID, 
	owner_id UUID NOT NULL, 
	admitted_id UUID, 
	overseen_id UUID, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	began_on DATE NOT NULL, 
	found_on DATE NOT NULL, 
	urgent_found_at TIMESTAMP WITH TIME ZONE, 
	prior_notice_at TIMESTAMP WITH TIME ZONE, 
	ongoing BOOLEAN NOT NULL, 
	stop TEXT, 
	stopped_at TIMESTAMP WITH TIME ZONE, 
	stop_note TEXT, 
	onward_of UUID, 
	party TEXT NOT NULL, 
	place TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	item_code TEXT NOT NULL, 
	legal_basis TEXT NOT NULL, 
	missing_reason TEXT, 
	drafted_by UUID NOT NULL, 
	approved_by UUID, 
	approved_for UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	letter_number TEXT, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	sent_late BOOLEAN NOT NULL, 
	late_reason TEXT, 
	receipt_number TEXT, 
	taken_in_at TIMESTAMP WITH TIME ZONE, 
	material_asked TEXT, 
	material_asked_at TIMESTAMP WITH TIME ZONE, 
	suspension TEXT, 
	doubt_step TEXT, 
	doubt_reasons TEXT, 
	settlement TEXT, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	return_reasons TEXT, 
	withdrawn_reason TEXT, 
	decision TEXT, 
	decision_note TEXT, 
	effective_on DATE, 
	outcome TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_referrals PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_referrals_county_id_from_id FOREIGN KEY(county_id, from_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_referrals_county_id_addressee_id FOREIGN KEY(county_id, addressee_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_referrals_county_id_to_id FOREIGN KEY(county_id, to_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_referrals_county_id_owner_id FOREIGN KEY(county_id, owner_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT uq_referrals_county_id_id_from_id UNIQUE (county_id, id, from_id), 
	CONSTRAINT ck_referrals_known_state CHECK (state in ('draft', 'awaiting_approval', 'approved', 'sent', 'taken_in', 'verified', 'awaiting_material', 'doubted', 'accepted', 'passed_on', 'decided', 'concluded', 'returned', 'withdrawn')), 
	CONSTRAINT ck_referrals_leaves_the_sender CHECK (from_id <> addressee_id), 
	CONSTRAINT ck_referrals_shared_once_sent CHECK ((state in ('draft', 'awaiting_approval', 'approved')) = (to_id is null)), 
	CONSTRAINT ck_referrals_sent_to_the_addressee CHECK (to_id is null or to_id = addressee_id), 
	CONSTRAINT ck_referrals_one_owner CHECK (owner_id = case when state in ('accepted', 'passed_on', 'decided', 'concluded') then to_id else from_id end), 
	CONSTRAINT ck_referrals_overseen_once_sent CHECK ((to_id is null) = (overseen_id is null) and (overseen_id is null or overseen_id = county_id)), 
	CONSTRAINT ck_referrals_only_the_receiver_is_admitted CHECK (admitted_id is null or admitted_id is not distinct from to_id), 
	CONSTRAINT ck_referrals_numbered_once_sent CHECK ((state in ('draft', 'awaiting_approval', 'approved')) or letter_number is not null), 
	CONSTRAINT ck_referrals_receipted CHECK ((state in ('draft', 'awaiting_approval', 'approved', 'sent', 'withdrawn')) or receipt_number is not null), 
	CONSTRAINT ck_referrals_known_stop CHECK (stop is null or (stop in ('ordered', 'stopped') and stopped_at is not null and stop_note is not null)), 
	CONSTRAINT ck_referrals_known_suspension CHECK (suspension is null or (suspension in ('inspection', 'testing', 'quarantine', 'appraisal', 'expert_review') and state in ('taken_in', 'verified', 'accepted', 'passed_on'))), 
	CONSTRAINT ck_referrals_known_doubt CHECK ((doubt_step is null) = (doubt_reasons is null) and (doubt_step is null or doubt_step in ('ask_government', 'negotiate', 'coordinate'))), 
	CONSTRAINT ck_referrals_known_decision CHECK ((state in ('decided', 'concluded')) = (decision is not null) and (decision is null) = (effective_on is null) and (decision is null or decision in ('penalty', 'no_penalty', 'terminated'))), 
	CONSTRAINT ck_referrals_outcome_once_concluded CHECK ((state = 'concluded') = (outcome is not null)), 
	CONSTRAINT ck_referrals_approved_in_somebodys_place CHECK (approved_for is null or approved_by is not null)
);

CREATE INDEX ix_referrals_county_id_found_on ON referrals (county_id, found_on);

CREATE INDEX ix_referrals_county_id_item_code_id ON referrals (county_id, item_code, id);

CREATE INDEX ix_referrals_county_id_onward_of ON referrals (county_id, onward_of) WHERE onward_of is not null;

CREATE INDEX ix_referrals_county_id_sent_at ON referrals (county_id, sent_at);

CREATE INDEX ix_referrals_county_id_state_id ON referrals (county_id, state, id);

CREATE INDEX ix_referrals_county_id_taken_in_at ON referrals (county_id, taken_in_at);

CREATE INDEX ix_referrals_open ON referrals (county_id, id) WHERE state not in ('concluded', 'returned', 'withdrawn');

CREATE INDEX ix_referrals_received ON referrals (county_id, to_id, id);

CREATE INDEX ix_referrals_received_from ON referrals (county_id, to_id, from_id, id);

CREATE INDEX ix_referrals_received_open ON referrals (county_id, to_id, id) WHERE state not in ('concluded', 'returned', 'withdrawn');

CREATE INDEX ix_referrals_sent ON referrals (county_id, from_id, id);

CREATE INDEX ix_referrals_sent_open ON referrals (county_id, from_id, id) WHERE state not in ('concluded', 'returned', 'withdrawn');

CREATE INDEX ix_referrals_sent_to ON referrals (county_id, from_id, addressee_id, id);

CREATE TABLE search_texts (
	county_id UUID NOT NULL, 
	subject_id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID, 
	overseen_id UUID, 
	folded TEXT NOT NULL, 
	CONSTRAINT pk_search_texts PRIMARY KEY (county_id, subject_id), 
	CONSTRAINT fk_search_texts_county_id_from_id FOREIGN KEY(county_id, from_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE sessions (
	id UUID NOT NULL, 
	token_hash BYTEA NOT NULL, 
	account_id UUID NOT NULL, 
	issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	link_id UUID, 
	assertion_hash BYTEA, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash), 
	CONSTRAINT uq_sessions_assertion_hash UNIQUE (assertion_hash), 
	CONSTRAINT fk_sessions_link_id_account_id FOREIGN KEY(link_id, account_id) REFERENCES account_links (id, account_id), 
	CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);

CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);

CREATE TABLE township_classes (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_township_classes PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_township_classes_county_id_code UNIQUE (county_id, code), 
	CONSTRAINT fk_township_classes_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE units (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_inferred BOOLEAN NOT NULL, 
	inference TEXT, 
	CONSTRAINT pk_units PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_units_county_id_organisation_id_code UNIQUE (county_id, organisation_id, code), 
	CONSTRAINT uq_units_county_id_organisation_id_id UNIQUE (county_id, organisation_id, id), 
	CONSTRAINT fk_units_county_id_organisation_id FOREIGN KEY(county_id, organisation_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE alert_notices (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	alert_id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	addressee_id UUID NOT NULL, 
	to_id UUID, 
	overseen_id UUID, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	began_on DATE NOT NULL, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	place TEXT NOT NULL, 
	item_code TEXT, 
	letter_number TEXT, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	acknowledged_by UUID, 
	acknowledged_at TIMESTAMP WITH TIME ZONE, 
	answer TEXT, 
	answer_text TEXT, 
	meeting_on DATE, 
	answered_by UUID, 
	answered_for UUID, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_alert_notices PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_alert_notices_county_id_alert_id_from_id FOREIGN KEY(county_id, alert_id, from_id) REFERENCES alerts (county_id, id, owner_id), 
	CONSTRAINT fk_alert_notices_county_id_addressee_id FOREIGN KEY(county_id, addressee_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_alert_notices_county_id_to_id FOREIGN KEY(county_id, to_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT uq_alert_notices_county_id_alert_id_from_id_addressee_id UNIQUE (county_id, alert_id, from_id, addressee_id), 
	CONSTRAINT ck_alert_notices_known_state CHECK (state in ('draft', 'sent', 'acknowledged', 'answered')), 
	CONSTRAINT ck_alert_notices_known_kind CHECK (kind in ('hazard', 'hot_spot', 'industry', 'regional')), 
	CONSTRAINT ck_alert_notices_leaves_the_sender CHECK (from_id <> addressee_id), 
	CONSTRAINT ck_alert_notices_shared_once_sent CHECK ((state = 'draft') = (to_id is null)), 
	CONSTRAINT ck_alert_notices_sent_to_the_addressee CHECK (to_id is null or to_id = addressee_id), 
	CONSTRAINT ck_alert_notices_overseen_once_sent CHECK ((to_id is null) = (overseen_id is null) and (overseen_id is null or overseen_id = county_id)), 
	CONSTRAINT ck_alert_notices_numbered_once_sent CHECK ((to_id is null) = (letter_number is null)), 
	CONSTRAINT ck_alert_notices_acknowledged CHECK ((state in ('acknowledged', 'answered')) = (acknowledged_at is not null)), 
	CONSTRAINT ck_alert_notices_answered CHECK ((state = 'answered') = (answer is not null) and (answer is null) = (answer_text is null) and (answer is null or answer in ('measures', 'nothing_to_do', 'joint_meeting')) and (meeting_on is not null) = (answer is not null and answer = 'joint_meeting'))
);

CREATE INDEX ix_alert_notices_county_id_state_id ON alert_notices (county_id, state, id);

CREATE INDEX ix_alert_notices_overseen ON alert_notices (county_id, overseen_id, id);

CREATE INDEX ix_alert_notices_received ON alert_notices (county_id, to_id, id);

CREATE TABLE attendance_entries (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	body_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	host_id UUID NOT NULL, 
	day DATE NOT NULL, 
	mark TEXT NOT NULL, 
	note TEXT, 
	corrects_id UUID, 
	reason TEXT, 
	recorded_by UUID NOT NULL, 
	recorded_for UUID, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	superseded_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_attendance_entries PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_attendance_entries_county_id_home_id_person_id FOREIGN KEY(county_id, home_id, person_id) REFERENCES persons (county_id, home_id, id), 
	CONSTRAINT fk_attendance_entries_county_id_host_id FOREIGN KEY(county_id, host_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_attendance_entries_by_a_body_that_they_work_with CHECK (body_id in (home_id, host_id)), 
	CONSTRAINT ck_attendance_entries_known_mark CHECK (mark in ('present', 'late', 'absent', 'elsewhere')), 
	CONSTRAINT ck_attendance_entries_corrected_with_a_reason CHECK ((corrects_id is null) = (reason is null))
);

CREATE INDEX ix_attendance_entries_county_id_day_id ON attendance_entries (county_id, day, id);

CREATE INDEX ix_attendance_entries_county_id_home_id_day_id ON attendance_entries (county_id, home_id, day, id);

CREATE INDEX ix_attendance_entries_county_id_host_id_day_id ON attendance_entries (county_id, host_id, day, id);

CREATE INDEX ix_attendance_entries_county_id_mark_day_id ON attendance_entries (county_id, mark, day, id);

CREATE INDEX ix_attendance_entries_county_id_person_id_day_id ON attendance_entries (county_id, person_id, day, id);

CREATE UNIQUE INDEX uq_attendance_entries_counted ON attendance_entries (county_id, home_id, person_id, day) WHERE superseded_at is null;

CREATE TABLE certificates (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	issuer_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	number TEXT NOT NULL, 
	issued_on DATE NOT NULL, 
	valid_until DATE NOT NULL, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	issued_by UUID, 
	issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_certificates PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_certificates_county_id_home_id_person_id FOREIGN KEY(county_id, home_id, person_id) REFERENCES persons (county_id, home_id, id), 
	CONSTRAINT fk_certificates_county_id_issuer_id FOREIGN KEY(county_id, issuer_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT uq_certificates_county_id_issuer_id_number UNIQUE (county_id, issuer_id, number), 
	CONSTRAINT uq_certificates_county_id_issuer_id_home_id_person_id_id UNIQUE (county_id, issuer_id, home_id, person_id, id), 
	CONSTRAINT ck_certificates_ends_after_it_began CHECK (valid_until >= issued_on)
);

CREATE INDEX ix_certificates_county_id_home_id_id ON certificates (county_id, home_id, id);

CREATE INDEX ix_certificates_county_id_issuer_id_id ON certificates (county_id, issuer_id, id);

CREATE INDEX ix_certificates_county_id_person_id ON certificates (county_id, person_id);

CREATE INDEX ix_certificates_county_id_state_id ON certificates (county_id, state, id);

CREATE INDEX ix_certificates_county_id_valid_until ON certificates (county_id, valid_until);

CREATE UNIQUE INDEX uq_certificates_living ON certificates (county_id, home_id, person_id) WHERE state in ('held', 'withheld');

CREATE TABLE class_members (
	county_id UUID NOT NULL, 
	township_id UUID NOT NULL, 
	since DATE NOT NULL, 
	class_id UUID, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_class_members PRIMARY KEY (county_id, township_id, since), 
	CONSTRAINT fk_class_members_county_id_class_id FOREIGN KEY(county_id, class_id) REFERENCES township_classes (county_id, id), 
	CONSTRAINT fk_class_members_county_id_township_id FOREIGN KEY(county_id, township_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_class_members_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE deadline_changes (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	deadline_id UUID NOT NULL, 
	obligor_id UUID NOT NULL, 
	waiting_id UUID, 
	kind TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	was_due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	was_provisional BOOLEAN NOT NULL, 
	provisional BOOLEAN NOT NULL, 
	because TEXT, 
	by_tenant_id UUID, 
	by_person_id UUID, 
	CONSTRAINT pk_deadline_changes PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_deadline_changes_county_id_deadline_id FOREIGN KEY(county_id, deadline_id) REFERENCES deadlines (county_id, id), 
	CONSTRAINT fk_deadline_changes_county_id_by_tenant_id FOREIGN KEY(county_id, by_tenant_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_deadline_changes_county_id_by_person_id FOREIGN KEY(county_id, by_person_id) REFERENCES persons (county_id, id), 
	CONSTRAINT ck_deadline_changes_done_by_a_party CHECK (by_tenant_id is null or by_tenant_id = obligor_id or by_tenant_id = waiting_id)
);

CREATE INDEX ix_deadline_changes_county_id_deadline_id_at ON deadline_changes (county_id, deadline_id, at);

CREATE TABLE deadline_rungs (
	county_id UUID NOT NULL, 
	deadline_id UUID NOT NULL, 
	round INTEGER NOT NULL, 
	rung TEXT NOT NULL, 
	obligor_id UUID NOT NULL, 
	waiting_id UUID, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	planned_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	fired_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_deadline_rungs PRIMARY KEY (county_id, deadline_id, round, rung), 
	CONSTRAINT fk_deadline_rungs_county_id_deadline_id FOREIGN KEY(county_id, deadline_id) REFERENCES deadlines (county_id, id)
);

CREATE TABLE empowerments (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	number TEXT NOT NULL, 
	title TEXT NOT NULL, 
	since DATE NOT NULL, 
	township_id UUID, 
	class_id UUID, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_empowerments PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_empowerments_county_id_class_id FOREIGN KEY(county_id, class_id) REFERENCES township_classes (county_id, id), 
	CONSTRAINT fk_empowerments_county_id_township_id FOREIGN KEY(county_id, township_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_empowerments_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_empowerments_one_grantee CHECK ((township_id is null) <> (class_id is null))
);

CREATE INDEX ix_empowerments_county_id_class_id ON empowerments (county_id, class_id);

CREATE INDEX ix_empowerments_county_id_township_id ON empowerments (county_id, township_id);

CREATE TABLE entrustments (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	department_id UUID NOT NULL, 
	township_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	penalty BOOLEAN NOT NULL, 
	inspection BOOLEAN NOT NULL, 
	since DATE NOT NULL, 
	until DATE NOT NULL, 
	basis TEXT NOT NULL, 
	duties TEXT NOT NULL, 
	number TEXT NOT NULL, 
	signed_by UUID NOT NULL, 
	signed_for UUID, 
	signed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_entrustments PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_entrustments_county_id_item_id FOREIGN KEY(county_id, item_id) REFERENCES items (county_id, id), 
	CONSTRAINT fk_entrustments_county_id_department_id FOREIGN KEY(county_id, department_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_entrustments_county_id_township_id FOREIGN KEY(county_id, township_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_entrustments_some_power CHECK (penalty or inspection), 
	CONSTRAINT ck_entrustments_lasting CHECK (until > since)
);

CREATE INDEX ix_entrustments_county_id_department_id ON entrustments (county_id, department_id);

CREATE INDEX ix_entrustments_county_id_item_id ON entrustments (county_id, item_id);

CREATE INDEX ix_entrustments_county_id_township_id ON entrustments (county_id, township_id);

CREATE TABLE item_versions (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	since DATE NOT NULL, 
	until DATE, 
	name TEXT NOT NULL, 
	field TEXT NOT NULL, 
	department_id UUID NOT NULL, 
	penalty BOOLEAN NOT NULL, 
	inspection BOOLEAN NOT NULL, 
	compulsion BOOLEAN NOT NULL, 
	establishing_basis TEXT NOT NULL, 
	punishing_basis TEXT NOT NULL, 
	bands JSONB NOT NULL, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_item_versions PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_item_versions_county_id_item_id_since UNIQUE (county_id, item_id, since), 
	CONSTRAINT fk_item_versions_county_id_item_id FOREIGN KEY(county_id, item_id) REFERENCES items (county_id, id), 
	CONSTRAINT fk_item_versions_county_id_department_id FOREIGN KEY(county_id, department_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_item_versions_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_item_versions_some_power CHECK (penalty or inspection or compulsion), 
	CONSTRAINT ck_item_versions_lasting CHECK (until > since)
);

CREATE INDEX ix_item_versions_county_id_department_id ON item_versions (county_id, department_id);

CREATE INDEX ix_item_versions_county_id_field ON item_versions (county_id, field);

CREATE INDEX ix_item_versions_county_id_since ON item_versions (county_id, since);

CREATE INDEX ix_item_versions_county_id_until ON item_versions (county_id, until);

CREATE TABLE leave_requests (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	host_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	first_day DATE NOT NULL, 
	from_noon BOOLEAN NOT NULL, 
	last_day DATE NOT NULL, 
	until_noon BOOLEAN NOT NULL, 
	granted_until DATE, 
	reason TEXT NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_in_id UUID, 
	decided_by UUID, 
	decided_for UUID, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	decision_reason TEXT, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_leave_requests PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_leave_requests_county_id_home_id_person_id FOREIGN KEY(county_id, home_id, person_id) REFERENCES persons (county_id, home_id, id), 
	CONSTRAINT fk_leave_requests_county_id_host_id FOREIGN KEY(county_id, host_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_leave_requests_known_state CHECK (state in ('asked', 'approved', 'refused', 'withdrawn', 'cancelled')), 
	CONSTRAINT ck_leave_requests_ends_after_it_began CHECK (last_day >= first_day - 1), 
	CONSTRAINT ck_leave_requests_nothing_taken_of_what_was_called_off CHECK (last_day >= first_day or (state = 'cancelled' and not from_noon and not until_noon)), 
	CONSTRAINT ck_leave_requests_has_some_time CHECK (last_day > first_day or not (from_noon and until_noon)), 
	CONSTRAINT ck_leave_requests_decided_by_somebody CHECK ((decided_by is null) = (decided_at is null) and (decided_by is null) = (decided_in_id is null) and (decided_by is not null) = (state in ('approved', 'refused', 'cancelled'))), 
	CONSTRAINT ck_leave_requests_refused_with_a_reason CHECK (state <> 'refused' or decision_reason is not null), 
	CONSTRAINT ck_leave_requests_granted_until_when_cancelled CHECK ((state = 'cancelled') = (granted_until is not null)), 
	CONSTRAINT ck_leave_requests_closed_at_an_instant CHECK ((state in ('withdrawn', 'cancelled')) = (closed_at is not null))
);

CREATE INDEX ix_leave_requests_county_id_first_day ON leave_requests (county_id, first_day);

CREATE INDEX ix_leave_requests_county_id_home_id_id ON leave_requests (county_id, home_id, id);

CREATE INDEX ix_leave_requests_county_id_host_id_id ON leave_requests (county_id, host_id, id);

CREATE INDEX ix_leave_requests_county_id_kind_id ON leave_requests (county_id, kind, id);

CREATE INDEX ix_leave_requests_county_id_person_id_last_day ON leave_requests (county_id, person_id, last_day);

CREATE INDEX ix_leave_requests_county_id_state_id ON leave_requests (county_id, state, id);

CREATE TABLE lenient_entries (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	circumstances TEXT NOT NULL, 
	basis TEXT NOT NULL, 
	since DATE NOT NULL, 
	until DATE, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_lenient_entries PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_lenient_entries_county_id_item_id FOREIGN KEY(county_id, item_id) REFERENCES items (county_id, id), 
	CONSTRAINT fk_lenient_entries_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_lenient_entries_known_kind CHECK (kind in ('no_penalty', 'mitigated', 'lighter', 'no_compulsion')), 
	CONSTRAINT ck_lenient_entries_lasting CHECK (until > since)
);

CREATE INDEX ix_lenient_entries_county_id_item_id ON lenient_entries (county_id, item_id);

CREATE INDEX ix_lenient_entries_county_id_kind ON lenient_entries (county_id, kind);

CREATE TABLE lineage_entries (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	change_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	since DATE NOT NULL, 
	document TEXT NOT NULL, 
	number TEXT NOT NULL, 
	from_id UUID NOT NULL, 
	from_unit_id UUID, 
	to_id UUID NOT NULL, 
	to_unit_id UUID, 
	heir BOOLEAN NOT NULL, 
	founds BOOLEAN NOT NULL, 
	former_name TEXT, 
	former_short_name TEXT, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_lineage_entries PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_lineage_entries_county_id_from_id FOREIGN KEY(county_id, from_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_lineage_entries_county_id_to_id FOREIGN KEY(county_id, to_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_lineage_entries_county_id_from_id_from_unit_id FOREIGN KEY(county_id, from_id, from_unit_id) REFERENCES units (county_id, organisation_id, id), 
	CONSTRAINT fk_lineage_entries_county_id_to_id_to_unit_id FOREIGN KEY(county_id, to_id, to_unit_id) REFERENCES units (county_id, organisation_id, id), 
	CONSTRAINT ck_lineage_entries_known_kind CHECK (kind in ('rename', 'merge', 'split')), 
	CONSTRAINT ck_lineage_entries_within_its_body CHECK ((from_unit_id is null) = (to_unit_id is null) and (from_unit_id is null or from_id = to_id)), 
	CONSTRAINT ck_lineage_entries_renamed_or_another CHECK ((kind = 'rename') = (former_name is not null) and (kind = 'rename') = (from_id = to_id and from_unit_id is not distinct from to_unit_id) and not ((heir or founds) and kind = 'rename')), 
	CONSTRAINT ck_lineage_entries_letters_of_bodies CHECK ((former_short_name is not null) = (kind = 'rename' and from_unit_id is null))
);

CREATE UNIQUE INDEX uq_lineage_entries_heir ON lineage_entries (county_id, from_id) WHERE heir and from_unit_id is null;

CREATE UNIQUE INDEX uq_lineage_entries_heir_of_unit ON lineage_entries (county_id, from_unit_id) WHERE heir and from_unit_id is not null;

CREATE TABLE night_duties (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	body_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	host_id UUID NOT NULL, 
	day DATE NOT NULL, 
	version BIGINT NOT NULL, 
	planned_by UUID NOT NULL, 
	planned_for UUID, 
	planned_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	taken_off_by UUID, 
	taken_off_at TIMESTAMP WITH TIME ZONE, 
	taken_off_reason TEXT, 
	attended BOOLEAN, 
	note TEXT, 
	recorded_by UUID, 
	recorded_for UUID, 
	recorded_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_night_duties PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_night_duties_county_id_home_id_person_id FOREIGN KEY(county_id, home_id, person_id) REFERENCES persons (county_id, home_id, id), 
	CONSTRAINT fk_night_duties_county_id_host_id FOREIGN KEY(county_id, host_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_night_duties_of_a_body_that_they_work_with CHECK (body_id in (home_id, host_id)), 
	CONSTRAINT ck_night_duties_taken_off_by_somebody CHECK ((taken_off_at is null) = (taken_off_by is null)), 
	CONSTRAINT ck_night_duties_recorded_at_an_instant CHECK ((attended is null) = (recorded_at is null)), 
	CONSTRAINT ck_night_duties_nobody_was_there_who_was_taken_off CHECK (taken_off_at is null or attended is null)
);

CREATE INDEX ix_night_duties_county_id_body_id_day_id ON night_duties (county_id, body_id, day, id);

CREATE INDEX ix_night_duties_county_id_day_id ON night_duties (county_id, day, id);

CREATE INDEX ix_night_duties_county_id_home_id_day_id ON night_duties (county_id, home_id, day, id);

CREATE INDEX ix_night_duties_county_id_person_id_day_id ON night_duties (county_id, person_id, day, id);

CREATE UNIQUE INDEX uq_night_duties_planned ON night_duties (county_id, home_id, person_id, day) WHERE taken_off_at is null;

CREATE TABLE patrol_entries (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	township_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	times BIGINT NOT NULL, 
	per TEXT NOT NULL, 
	since DATE NOT NULL, 
	until DATE, 
	claimed_by UUID NOT NULL, 
	claimed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_patrol_entries PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_patrol_entries_county_id_township_id_item_id_since UNIQUE (county_id, township_id, item_id, since), 
	CONSTRAINT fk_patrol_entries_county_id_item_id FOREIGN KEY(county_id, item_id) REFERENCES items (county_id, id), 
	CONSTRAINT fk_patrol_entries_county_id_township_id FOREIGN KEY(county_id, township_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_patrol_entries_known_period CHECK (per in ('week', 'month', 'quarter', 'year')), 
	CONSTRAINT ck_patrol_entries_some_times CHECK (times > 0), 
	CONSTRAINT ck_patrol_entries_lasting CHECK (until > since)
);

CREATE INDEX ix_patrol_entries_county_id_item_id ON patrol_entries (county_id, item_id);

CREATE TABLE person_name_endings (
	county_id UUID NOT NULL, 
	ending TEXT COLLATE "C" NOT NULL, 
	person_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	CONSTRAINT pk_person_name_endings PRIMARY KEY (county_id, ending, person_id), 
	CONSTRAINT fk_person_name_endings_county_id_home_id_person_id FOREIGN KEY(county_id, home_id, person_id) REFERENCES persons (county_id, home_id, id) ON DELETE CASCADE
);

CREATE INDEX ix_person_name_endings_county_id_person_id_ending ON person_name_endings (county_id, person_id, ending);

CREATE TABLE personal_data (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	masked TEXT NOT NULL, 
	key_id TEXT NOT NULL, 
	sealed BYTEA NOT NULL, 
	digest BYTEA NOT NULL, 
	recorded_by UUID, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_personal_data PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_personal_data_county_id_home_id_person_id_kind UNIQUE (county_id, home_id, person_id, kind), 
	CONSTRAINT fk_personal_data_county_id_person_id FOREIGN KEY(county_id, person_id) REFERENCES persons (county_id, id), 
	CONSTRAINT fk_personal_data_county_id_home_id FOREIGN KEY(county_id, home_id) REFERENCES organisations (county_id, id)
);

CREATE INDEX ix_personal_data_county_id_home_id_kind_digest ON personal_data (county_id, home_id, kind, digest);

CREATE TABLE qualifications (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	qualified_on DATE, 
	reviewing_since DATE, 
	entered_by UUID NOT NULL, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_qualifications PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_qualifications_county_id_home_id_person_id FOREIGN KEY(county_id, home_id, person_id) REFERENCES persons (county_id, home_id, id), 
	CONSTRAINT ck_qualifications_says_something CHECK (qualified_on is not null or reviewing_since is not null)
);

CREATE INDEX ix_qualifications_county_id_person_id_id ON qualifications (county_id, person_id, id);

CREATE TABLE referral_articles (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	referral_id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID, 
	overseen_id UUID, 
	name TEXT NOT NULL, 
	quantity BIGINT NOT NULL, 
	unit TEXT NOT NULL, 
	disposed_on DATE, 
	proceeds BIGINT, 
	note TEXT, 
	listed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_referral_articles PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_referral_articles_county_id_referral_id_from_id FOREIGN KEY(county_id, referral_id, from_id) REFERENCES referrals (county_id, id, from_id), 
	CONSTRAINT ck_referral_articles_some_quantity CHECK (quantity > 0), 
	CONSTRAINT ck_referral_articles_disposed_of CHECK (proceeds is null or (proceeds >= 0 and disposed_on is not null))
);

CREATE INDEX ix_referral_articles_county_id_referral_id_id ON referral_articles (county_id, referral_id, id);

CREATE TABLE referral_events (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	referral_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID, 
	overseen_id UUID, 
	kind TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	by_tenant_id UUID NOT NULL, 
	by_person_id UUID NOT NULL, 
	by_capacity_id UUID NOT NULL, 
	for_person_id UUID, 
	facts JSONB NOT NULL, 
	CONSTRAINT pk_referral_events PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_referral_events_county_id_referral_id_from_id FOREIGN KEY(county_id, referral_id, from_id) REFERENCES referrals (county_id, id, from_id), 
	CONSTRAINT ck_referral_events_done_by_a_party CHECK (by_tenant_id = from_id or by_tenant_id = to_id)
);

CREATE INDEX ix_referral_events_county_id_referral_id_number ON referral_events (county_id, referral_id, number);

CREATE TABLE referral_materials (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	referral_id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID, 
	admitted_id UUID, 
	overseen_id UUID, 
	kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	file_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 TEXT NOT NULL, 
	attached_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_referral_materials PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_referral_materials_county_id_referral_id_from_id FOREIGN KEY(county_id, referral_id, from_id) REFERENCES referrals (county_id, id, from_id), 
	CONSTRAINT fk_referral_materials_county_id_file_id_from_id FOREIGN KEY(county_id, file_id, from_id) REFERENCES files (county_id, id, owner_id), 
	CONSTRAINT ck_referral_materials_only_the_receiver_is_admitted CHECK (admitted_id is null or admitted_id is not distinct from to_id)
);

CREATE INDEX ix_referral_materials_county_id_file_id ON referral_materials (county_id, file_id);

CREATE INDEX ix_referral_materials_county_id_referral_id_id ON referral_materials (county_id, referral_id, id);

CREATE TABLE referral_notes (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	referral_id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	by_person_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	finding TEXT, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_referral_notes PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_referral_notes_county_id_referral_id_from_id FOREIGN KEY(county_id, referral_id, from_id) REFERENCES referrals (county_id, id, from_id), 
	CONSTRAINT ck_referral_notes_known_finding CHECK (finding is null or finding in ('fit', 'unfit', 'incomplete'))
);

CREATE INDEX ix_referral_notes_county_id_owner_id_referral_id_id ON referral_notes (county_id, owner_id, referral_id, id);

CREATE TABLE secondments (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	pinyin TEXT COLLATE "C" NOT NULL, 
	home_id UUID NOT NULL, 
	home_unit_id UUID NOT NULL, 
	host_id UUID NOT NULL, 
	mode TEXT NOT NULL, 
	post TEXT NOT NULL, 
	liaison TEXT, 
	order_id UUID NOT NULL, 
	order_number TEXT, 
	since DATE NOT NULL, 
	until DATE, 
	counted_since DATE, 
	last_day DATE GENERATED ALWAYS AS (coalesce(until, date 'infinity')) STORED NOT NULL, 
	version BIGINT NOT NULL, 
	ordered_by UUID, 
	ordered_at TIMESTAMP WITH TIME ZONE, 
	ended_reason TEXT, 
	ended_by UUID, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_secondments PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_secondments_county_id_home_id_person_id_pinyin FOREIGN KEY(county_id, home_id, person_id, pinyin) REFERENCES persons (county_id, home_id, id, pinyin), 
	CONSTRAINT fk_secondments_county_id_host_id FOREIGN KEY(county_id, host_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_secondments_county_id_home_unit_id FOREIGN KEY(county_id, home_unit_id) REFERENCES units (county_id, id), 
	CONSTRAINT ck_secondments_leaves_home CHECK (home_id <> host_id), 
	CONSTRAINT ck_secondments_ends_after_it_began CHECK (until is null or until >= since - 1), 
	CONSTRAINT ck_secondments_ended_by_somebody CHECK ((ended_at is null) = (ended_by is null)), 
	CONSTRAINT uq_secondments_county_id_home_id_host_id_person_id_id UNIQUE (county_id, home_id, host_id, person_id, id)
);

CREATE INDEX ix_secondments_county_id_counted_since_id ON secondments (county_id, counted_since, id);

CREATE INDEX ix_secondments_county_id_home_id_counted_since_id ON secondments (county_id, home_id, counted_since, id);

CREATE INDEX ix_secondments_county_id_home_id_id ON secondments (county_id, home_id, id);

CREATE INDEX ix_secondments_county_id_home_id_last_day_id ON secondments (county_id, home_id, last_day, id);

CREATE INDEX ix_secondments_county_id_home_id_pinyin_id ON secondments (county_id, home_id, pinyin, id);

CREATE INDEX ix_secondments_county_id_home_id_since_id ON secondments (county_id, home_id, since, id);

CREATE INDEX ix_secondments_county_id_home_unit_id_id ON secondments (county_id, home_unit_id, id);

CREATE INDEX ix_secondments_county_id_host_id_counted_since_id ON secondments (county_id, host_id, counted_since, id);

CREATE INDEX ix_secondments_county_id_host_id_id ON secondments (county_id, host_id, id);

CREATE INDEX ix_secondments_county_id_host_id_last_day_id ON secondments (county_id, host_id, last_day, id);

CREATE INDEX ix_secondments_county_id_host_id_pinyin_id ON secondments (county_id, host_id, pinyin, id);

CREATE INDEX ix_secondments_county_id_host_id_since_id ON secondments (county_id, host_id, since, id);

CREATE INDEX ix_secondments_county_id_last_day_id ON secondments (county_id, last_day, id);

CREATE INDEX ix_secondments_county_id_mode_id ON secondments (county_id, mode, id);

CREATE INDEX ix_secondments_county_id_order_id ON secondments (county_id, order_id);

CREATE INDEX ix_secondments_county_id_person_id ON secondments (county_id, person_id);

CREATE INDEX ix_secondments_county_id_pinyin_id ON secondments (county_id, pinyin, id);

CREATE INDEX ix_secondments_county_id_post_id ON secondments (county_id, post, id);

CREATE INDEX ix_secondments_county_id_since_id ON secondments (county_id, since, id);

CREATE TABLE staff_entries (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	pinyin TEXT COLLATE "C" NOT NULL, 
	home_id UUID NOT NULL, 
	unit_id UUID NOT NULL, 
	register TEXT NOT NULL, 
	establishment TEXT NOT NULL, 
	post TEXT NOT NULL, 
	rank TEXT, 
	since DATE NOT NULL, 
	until DATE, 
	last_day DATE GENERATED ALWAYS AS (coalesce(until, date 'infinity')) STORED NOT NULL, 
	ended_reason TEXT, 
	version BIGINT NOT NULL, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	entered_by UUID, 
	CONSTRAINT pk_staff_entries PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_staff_entries_county_id_home_id_person_id_pinyin FOREIGN KEY(county_id, home_id, person_id, pinyin) REFERENCES persons (county_id, home_id, id, pinyin), 
	CONSTRAINT fk_staff_entries_county_id_home_id_unit_id FOREIGN KEY(county_id, home_id, unit_id) REFERENCES units (county_id, organisation_id, id), 
	CONSTRAINT ck_staff_entries_ends_after_it_began CHECK (until is null or until >= since), 
	CONSTRAINT ck_staff_entries_left_on_a_day CHECK ((ended_reason is null) or (until is not null))
);

CREATE INDEX ix_staff_entries_county_id_establishment_id ON staff_entries (county_id, establishment, id);

CREATE INDEX ix_staff_entries_county_id_home_id_id ON staff_entries (county_id, home_id, id);

CREATE INDEX ix_staff_entries_county_id_home_id_last_day_id ON staff_entries (county_id, home_id, last_day, id);

CREATE INDEX ix_staff_entries_county_id_home_id_pinyin_id ON staff_entries (county_id, home_id, pinyin, id);

CREATE INDEX ix_staff_entries_county_id_home_id_since_id ON staff_entries (county_id, home_id, since, id);

CREATE INDEX ix_staff_entries_county_id_last_day_id ON staff_entries (county_id, last_day, id);

CREATE INDEX ix_staff_entries_county_id_person_id_since ON staff_entries (county_id, person_id, since);

CREATE INDEX ix_staff_entries_county_id_pinyin_id ON staff_entries (county_id, pinyin, id);

CREATE INDEX ix_staff_entries_county_id_post_id ON staff_entries (county_id, post, id);

CREATE INDEX ix_staff_entries_county_id_rank_id ON staff_entries (county_id, rank, id);

CREATE INDEX ix_staff_entries_county_id_register_id ON staff_entries (county_id, register, id);

CREATE INDEX ix_staff_entries_county_id_since_id ON staff_entries (county_id, since, id);

CREATE INDEX ix_staff_entries_county_id_unit_id_id ON staff_entries (county_id, unit_id, id);

CREATE UNIQUE INDEX uq_staff_entries_open ON staff_entries (county_id, home_id, person_id) WHERE until is null;

CREATE TABLE capacities (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	tenant_id UUID NOT NULL, 
	post TEXT NOT NULL, 
	roles TEXT[] NOT NULL, 
	secondment_id UUID, 
	granted_by_id UUID, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	until TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_capacities PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_capacities_county_id_person_id FOREIGN KEY(county_id, person_id) REFERENCES persons (county_id, id), 
	CONSTRAINT fk_capacities_county_id_tenant_id FOREIGN KEY(county_id, tenant_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_capacities_county_id_granted_by_id_tenant_id_person__d17b FOREIGN KEY(county_id, granted_by_id, tenant_id, person_id, secondment_id) REFERENCES secondments (county_id, home_id, host_id, person_id, id), 
	CONSTRAINT ck_capacities_granted_under_an_order CHECK ((secondment_id is null) = (granted_by_id is null)), 
	CONSTRAINT ck_capacities_an_order_grants_an_officers_post CHECK (secondment_id is null or roles <@ array['officer']), 
	CONSTRAINT ck_capacities_ends_after_it_began CHECK (until is null or until >= since), 
	CONSTRAINT uq_capacities_county_id_tenant_id_id UNIQUE (county_id, tenant_id, id)
);

CREATE INDEX ix_capacities_county_id_person_id ON capacities (county_id, person_id);

CREATE INDEX ix_capacities_county_id_secondment_id ON capacities (county_id, secondment_id);

CREATE TABLE certificate_changes (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	issuer_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	by_person_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_certificate_changes PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_certificate_changes_county_id_issuer_id_home_id_pers_7c9f FOREIGN KEY(county_id, issuer_id, home_id, person_id, certificate_id) REFERENCES certificates (county_id, issuer_id, home_id, person_id, id)
);

CREATE INDEX ix_certificate_changes_county_id_certificate_id_id ON certificate_changes (county_id, certificate_id, id);

CREATE TABLE consultations (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	host_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	secondment_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	asks TEXT NOT NULL, 
	source TEXT NOT NULL, 
	began_on DATE NOT NULL, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	ground TEXT NOT NULL, 
	since DATE NOT NULL, 
	until DATE, 
	body_id UUID, 
	post TEXT, 
	proposed_by UUID NOT NULL, 
	proposed_for UUID, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	answer TEXT, 
	reasons TEXT, 
	answered_by UUID, 
	answered_for UUID, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	closed_by UUID, 
	closed_for UUID, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_consultations PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_consultations_county_id_home_id_host_id_person_id_se_ba74 FOREIGN KEY(county_id, home_id, host_id, person_id, secondment_id) REFERENCES secondments (county_id, home_id, host_id, person_id, id), 
	CONSTRAINT fk_consultations_county_id_body_id FOREIGN KEY(county_id, body_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_consultations_between_the_two CHECK ((from_id = home_id and to_id = host_id) or (from_id = host_id and to_id = home_id)), 
	CONSTRAINT ck_consultations_known_kind CHECK (kind in ('recall', 'transfer', 'borrowing', 'appointment', 'removal')), 
	CONSTRAINT ck_consultations_known_asks CHECK (asks in ('nothing', 'opinion', 'consent')), 
	CONSTRAINT ck_consultations_known_state CHECK (state in ('asked', 'cleared', 'refused', 'withdrawn', 'carried_out')), 
	CONSTRAINT ck_consultations_asked_for_something CHECK (asks <> 'nothing' or state not in ('asked', 'refused')), 
	CONSTRAINT ck_consultations_known_answer CHECK (answer in ('agrees', 'objects', 'opinion')), 
	CONSTRAINT ck_consultations_consented CHECK (asks <> 'consent' or state <> 'cleared' or (answer is not null and answer = 'agrees')), 
	CONSTRAINT ck_consultations_answered_by_somebody CHECK ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)), 
	CONSTRAINT ck_consultations_with_reasons CHECK (answer is null or answer = 'agrees' or reasons is not null), 
	CONSTRAINT ck_consultations_says_where_to CHECK ((kind in ('transfer', 'borrowing')) = (body_id is not null)), 
	CONSTRAINT ck_consultations_borrowed_for_a_term CHECK ((kind = 'borrowing') = (until is not null)), 
	CONSTRAINT ck_consultations_ends_after_it_began CHECK (until is null or until >= since), 
	CONSTRAINT ck_consultations_says_which_post CHECK ((kind in ('appointment', 'removal')) = (post is not null)), 
	CONSTRAINT ck_consultations_closed_by_somebody CHECK ((state in ('withdrawn', 'carried_out')) = (closed_at is not null) and (closed_at is null) = (closed_by is null))
);

CREATE INDEX ix_consultations_county_id_home_id_id ON consultations (county_id, home_id, id);

CREATE INDEX ix_consultations_county_id_host_id_id ON consultations (county_id, host_id, id);

CREATE INDEX ix_consultations_county_id_kind_id ON consultations (county_id, kind, id);

CREATE INDEX ix_consultations_county_id_secondment_id_id ON consultations (county_id, secondment_id, id);

CREATE INDEX ix_consultations_county_id_state_id ON consultations (county_id, state, id);

CREATE INDEX ix_consultations_proposed_by ON consultations (county_id, from_id, id);

CREATE INDEX ix_consultations_proposed_to ON consultations (county_id, to_id, id);

CREATE UNIQUE INDEX uq_consultations_open ON consultations (county_id, home_id, host_id, secondment_id, kind) WHERE state in ('asked', 'cleared');

CREATE TABLE disciplinary_cases (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	secondment_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	home_id UUID NOT NULL, 
	host_id UUID NOT NULL, 
	inquirer_id UUID NOT NULL, 
	copied_id UUID, 
	inquired_id UUID, 
	concerned_id UUID, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	began_on DATE NOT NULL, 
	ground TEXT NOT NULL, 
	occurred_on DATE NOT NULL, 
	subject TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	opened_by UUID NOT NULL, 
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	dropped_because TEXT, 
	finding TEXT, 
	measure TEXT, 
	measure_now TEXT, 
	benefits_from DATE, 
	benefits_until DATE, 
	concluded_by UUID, 
	concluded_for UUID, 
	concluded_at TIMESTAMP WITH TIME ZONE, 
	review_until TIMESTAMP WITH TIME ZONE, 
	review_reasons TEXT, 
	review_asked_at TIMESTAMP WITH TIME ZONE, 
	outcome TEXT, 
	review_answer TEXT, 
	reviewed_by UUID, 
	reviewed_for UUID, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_disciplinary_cases PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_disciplinary_cases_county_id_home_id_host_id_person__ddd6 FOREIGN KEY(county_id, home_id, host_id, person_id, secondment_id) REFERENCES secondments (county_id, home_id, host_id, person_id, id), 
	CONSTRAINT ck_disciplinary_cases_known_state CHECK (state in ('inquiring', 'dropped', 'concluded', 'under_review', 'reviewed')), 
	CONSTRAINT ck_disciplinary_cases_known_ground CHECK (ground in ('failure', 'complaint', 'breach', 'absence')), 
	CONSTRAINT ck_disciplinary_cases_known_measure CHECK (measure in ('none', 'reminder', 'criticism', 'handed_on')), 
	CONSTRAINT ck_disciplinary_cases_measure_now CHECK (measure_now in ('none', 'reminder', 'criticism', 'handed_on')), 
	CONSTRAINT ck_disciplinary_cases_known_outcome CHECK (outcome in ('upheld', 'changed', 'lifted')), 
	CONSTRAINT ck_disciplinary_cases_inquired_by_either CHECK (inquirer_id in (home_id, host_id)), 
	CONSTRAINT ck_disciplinary_cases_copied_to_the_other CHECK (copied_id is null or (copied_id in (home_id, host_id) and copied_id <> inquirer_id)), 
	CONSTRAINT ck_disciplinary_cases_copied_once_concluded CHECK ((state in ('inquiring', 'dropped')) = (copied_id is null)), 
	CONSTRAINT ck_disciplinary_cases_open_to_the_officer_once_concluded CHECK ((state in ('inquiring', 'dropped')) = (concerned_id is null) and (concerned_id is null) <> (inquired_id is null) and coalesce(concerned_id, inquired_id) = person_id), 
	CONSTRAINT ck_disciplinary_cases_found_once_concluded CHECK ((state in ('inquiring', 'dropped')) = (finding is null) and (finding is null) = (measure is null) and (finding is null) = (measure_now is null) and (finding is null) = (concluded_at is null) and (finding is null) = (concluded_by is null) and (finding is null) = (review_until is null)), 
	CONSTRAINT ck_disciplinary_cases_benefits_withheld_by_a_decision CHECK (benefits_from is null or (finding is not null and (benefits_until is null or benefits_until >= benefits_from))), 
	CONSTRAINT ck_disciplinary_cases_asked_with_reasons CHECK ((state in ('under_review', 'reviewed')) = (review_asked_at is not null) and (review_asked_at is null) = (review_reasons is null)), 
	CONSTRAINT ck_disciplinary_cases_reviewed CHECK ((state = 'reviewed') = (outcome is not null) and (outcome is null) = (review_answer is null) and (outcome is null) = (reviewed_at is null) and (outcome is null) = (reviewed_by is null)), 
	CONSTRAINT ck_disciplinary_cases_dropped_with_a_reason CHECK ((state = 'dropped') = (dropped_because is not null))
);

CREATE INDEX ix_disciplinary_cases_copied ON disciplinary_cases (county_id, copied_id, id);

CREATE INDEX ix_disciplinary_cases_county_id_benefits_from ON disciplinary_cases (county_id, benefits_from);

CREATE INDEX ix_disciplinary_cases_county_id_benefits_until ON disciplinary_cases (county_id, benefits_until);

CREATE INDEX ix_disciplinary_cases_county_id_concerned_id_id ON disciplinary_cases (county_id, concerned_id, id);

CREATE INDEX ix_disciplinary_cases_county_id_ground_id ON disciplinary_cases (county_id, ground, id);

CREATE INDEX ix_disciplinary_cases_county_id_person_id_id ON disciplinary_cases (county_id, person_id, id);

CREATE INDEX ix_disciplinary_cases_county_id_secondment_id_id ON disciplinary_cases (county_id, secondment_id, id);

CREATE INDEX ix_disciplinary_cases_county_id_state_id ON disciplinary_cases (county_id, state, id);

CREATE INDEX ix_disciplinary_cases_own ON disciplinary_cases (county_id, inquirer_id, id);

CREATE TABLE empowered_items (
	county_id UUID NOT NULL, 
	empowerment_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	penalty BOOLEAN NOT NULL, 
	inspection BOOLEAN NOT NULL, 
	compulsion BOOLEAN NOT NULL, 
	by_id UUID NOT NULL, 
	CONSTRAINT pk_empowered_items PRIMARY KEY (county_id, empowerment_id, item_id), 
	CONSTRAINT fk_empowered_items_county_id_empowerment_id FOREIGN KEY(county_id, empowerment_id) REFERENCES empowerments (county_id, id), 
	CONSTRAINT fk_empowered_items_county_id_item_id FOREIGN KEY(county_id, item_id) REFERENCES items (county_id, id), 
	CONSTRAINT fk_empowered_items_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_empowered_items_some_power CHECK (penalty or inspection or compulsion)
);

CREATE INDEX ix_empowered_items_county_id_item_id ON empowered_items (county_id, item_id);

CREATE TABLE empowerment_acceptances (
	county_id UUID NOT NULL, 
	empowerment_id UUID NOT NULL, 
	township_id UUID NOT NULL, 
	signed_on DATE NOT NULL, 
	signed_by UUID NOT NULL, 
	signed_for UUID, 
	signed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_empowerment_acceptances PRIMARY KEY (county_id, empowerment_id, township_id), 
	CONSTRAINT fk_empowerment_acceptances_county_id_empowerment_id FOREIGN KEY(county_id, empowerment_id) REFERENCES empowerments (county_id, id), 
	CONSTRAINT fk_empowerment_acceptances_county_id_township_id FOREIGN KEY(county_id, township_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE entrustment_ends (
	county_id UUID NOT NULL, 
	entrustment_id UUID NOT NULL, 
	department_id UUID NOT NULL, 
	ends_on DATE NOT NULL, 
	reasons TEXT NOT NULL, 
	ended_by UUID NOT NULL, 
	ended_for UUID, 
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_entrustment_ends PRIMARY KEY (county_id, entrustment_id), 
	CONSTRAINT fk_entrustment_ends_county_id_entrustment_id FOREIGN KEY(county_id, entrustment_id) REFERENCES entrustments (county_id, id), 
	CONSTRAINT fk_entrustment_ends_county_id_department_id FOREIGN KEY(county_id, department_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE item_name_endings (
	county_id UUID NOT NULL, 
	ending TEXT COLLATE "C" NOT NULL, 
	version_id UUID NOT NULL, 
	by_id UUID NOT NULL, 
	CONSTRAINT pk_item_name_endings PRIMARY KEY (county_id, ending, version_id), 
	CONSTRAINT fk_item_name_endings_county_id_version_id FOREIGN KEY(county_id, version_id) REFERENCES item_versions (county_id, id), 
	CONSTRAINT fk_item_name_endings_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE assessments (
	county_id UUID NOT NULL, 
	empowerment_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	township_id UUID NOT NULL, 
	assessed_on DATE NOT NULL, 
	finding TEXT NOT NULL, 
	report TEXT NOT NULL, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_assessments PRIMARY KEY (county_id, empowerment_id, item_id, township_id, assessed_on), 
	CONSTRAINT fk_assessments_county_id_empowerment_id_item_id FOREIGN KEY(county_id, empowerment_id, item_id) REFERENCES empowered_items (county_id, empowerment_id, item_id), 
	CONSTRAINT fk_assessments_county_id_township_id FOREIGN KEY(county_id, township_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_assessments_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT ck_assessments_known_finding CHECK (finding in ('keep', 'adjust', 'recall'))
);

CREATE TABLE assignments (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id UUID NOT NULL, 
	unit_id UUID, 
	capacity_id UUID, 
	person_id UUID, 
	claimed_at TIMESTAMP WITH TIME ZONE, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_assignments PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_assignments_county_id_owner_id_subject_id UNIQUE (county_id, owner_id, subject_id), 
	CONSTRAINT fk_assignments_county_id_owner_id_unit_id FOREIGN KEY(county_id, owner_id, unit_id) REFERENCES units (county_id, organisation_id, id), 
	CONSTRAINT fk_assignments_county_id_owner_id_capacity_id FOREIGN KEY(county_id, owner_id, capacity_id) REFERENCES capacities (county_id, tenant_id, id), 
	CONSTRAINT ck_assignments_claimed_by_a_person_in_a_post CHECK ((capacity_id is null) = (person_id is null) and (capacity_id is null) = (claimed_at is null))
);

CREATE INDEX ix_assignments_claimed ON assignments (county_id, owner_id, capacity_id, claimed_at, id);

CREATE INDEX ix_assignments_county_id_owner_id_capacity_id_subject_id ON assignments (county_id, owner_id, capacity_id, subject_id);

CREATE INDEX ix_assignments_county_id_owner_id_person_id ON assignments (county_id, owner_id, person_id);

CREATE INDEX ix_assignments_county_id_owner_id_unit_id_subject_id ON assignments (county_id, owner_id, unit_id, subject_id);

CREATE TABLE exports (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	capacity_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	ledger TEXT NOT NULL, 
	wanted JSONB NOT NULL, 
	sort TEXT NOT NULL, 
	shown TEXT NOT NULL, 
	language TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	held_until TIMESTAMP WITH TIME ZONE, 
	rows_done BIGINT NOT NULL, 
	rows_total BIGINT, 
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	problem TEXT, 
	file_name TEXT, 
	size BIGINT, 
	sha256 TEXT, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	cleared_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_exports PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_exports_county_id_owner_id FOREIGN KEY(county_id, owner_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_exports_county_id_capacity_id FOREIGN KEY(county_id, capacity_id) REFERENCES capacities (county_id, id), 
	CONSTRAINT ck_exports_known_state CHECK (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'expired')), 
	CONSTRAINT ck_exports_held_while_running CHECK ((state = 'running') = (held_until is not null)), 
	CONSTRAINT ck_exports_done_with_file CHECK (state <> 'done' or (sha256 is not null and size is not null)), 
	CONSTRAINT ck_exports_failed_for_a_reason CHECK ((state = 'failed') = (problem is not null)), 
	CONSTRAINT ck_exports_kept_for_a_time CHECK ((state in ('waiting', 'running')) = (expires_at is null))
);

CREATE INDEX ix_exports_county_id_capacity_id_id ON exports (county_id, capacity_id, id);

CREATE INDEX ix_exports_to_clear ON exports (expires_at) WHERE cleared_at is null;

CREATE INDEX ix_exports_under_way ON exports (county_id, owner_id) WHERE state in ('waiting', 'running');

CREATE INDEX ix_exports_waiting ON exports (requested_at) WHERE state in ('waiting', 'running');

CREATE TABLE liaisons (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	to_id UUID NOT NULL, 
	unit_id UUID, 
	capacity_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	version BIGINT NOT NULL, 
	since DATE NOT NULL, 
	succeeds_id UUID, 
	handover TEXT, 
	named_by UUID NOT NULL, 
	named_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_on DATE, 
	ended_reason TEXT, 
	ended_by UUID, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_liaisons PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_liaisons_county_id_to_id FOREIGN KEY(county_id, to_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_liaisons_county_id_from_id_unit_id FOREIGN KEY(county_id, from_id, unit_id) REFERENCES units (county_id, organisation_id, id), 
	CONSTRAINT fk_liaisons_county_id_from_id_capacity_id FOREIGN KEY(county_id, from_id, capacity_id) REFERENCES capacities (county_id, tenant_id, id), 
	CONSTRAINT fk_liaisons_county_id_person_id FOREIGN KEY(county_id, person_id) REFERENCES persons (county_id, id), 
	CONSTRAINT fk_liaisons_county_id_succeeds_id FOREIGN KEY(county_id, succeeds_id) REFERENCES liaisons (county_id, id), 
	CONSTRAINT ck_liaisons_between_two CHECK (from_id <> to_id), 
	CONSTRAINT ck_liaisons_handed_over CHECK ((succeeds_id is null) = (handover is null)), 
	CONSTRAINT ck_liaisons_ended CHECK ((ends_on is null) = (ended_by is null) and (ends_on is null) = (ended_at is null))
);

CREATE INDEX ix_liaisons_county_id_ends_on ON liaisons (county_id, ends_on);

CREATE INDEX ix_liaisons_county_id_from_id_id ON liaisons (county_id, from_id, id);

CREATE INDEX ix_liaisons_county_id_since ON liaisons (county_id, since);

CREATE INDEX ix_liaisons_county_id_to_id_id ON liaisons (county_id, to_id, id);

CREATE UNIQUE INDEX uq_liaisons_held ON liaisons (county_id, from_id, to_id, capacity_id) WHERE ends_on is null;

CREATE TABLE notifications (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	capacity_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	announcement_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id UUID NOT NULL, 
	facts JSONB NOT NULL, 
	announced_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	read_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_notifications PRIMARY KEY (county_id, id), 
	CONSTRAINT uq_notifications_county_id_announcement_id_capacity_id UNIQUE (county_id, announcement_id, capacity_id), 
	CONSTRAINT fk_notifications_county_id_capacity_id FOREIGN KEY(county_id, capacity_id) REFERENCES capacities (county_id, id)
);

CREATE INDEX ix_notifications_county_id_capacity_id_number ON notifications (county_id, capacity_id, number);

CREATE INDEX ix_notifications_read ON notifications (county_id, capacity_id, number) WHERE read_at is not null;

CREATE INDEX ix_notifications_unread ON notifications (county_id, capacity_id, number) WHERE read_at is null;

CREATE INDEX ix_notifications_unread_by_time ON notifications (county_id, capacity_id, announced_at, id) WHERE read_at is null;

CREATE TABLE recalls (
	county_id UUID NOT NULL, 
	empowerment_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	township_id UUID NOT NULL, 
	since DATE NOT NULL, 
	reasons TEXT NOT NULL, 
	by_id UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_recalls PRIMARY KEY (county_id, empowerment_id, item_id, township_id), 
	CONSTRAINT fk_recalls_county_id_empowerment_id_item_id FOREIGN KEY(county_id, empowerment_id, item_id) REFERENCES empowered_items (county_id, empowerment_id, item_id), 
	CONSTRAINT fk_recalls_county_id_township_id FOREIGN KEY(county_id, township_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_recalls_county_id_by_id FOREIGN KEY(county_id, by_id) REFERENCES organisations (county_id, id)
);

CREATE TABLE substitutions (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	absent_id UUID NOT NULL, 
	substitute_id UUID NOT NULL, 
	roles TEXT[] NOT NULL, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	until TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	appointed_by UUID NOT NULL, 
	appointed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_by UUID, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_substitutions PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_substitutions_county_id_owner_id_absent_id FOREIGN KEY(county_id, owner_id, absent_id) REFERENCES capacities (county_id, tenant_id, id), 
	CONSTRAINT fk_substitutions_county_id_owner_id_substitute_id FOREIGN KEY(county_id, owner_id, substitute_id) REFERENCES capacities (county_id, tenant_id, id), 
	CONSTRAINT ck_substitutions_two_posts CHECK (absent_id <> substitute_id), 
	CONSTRAINT ck_substitutions_ends_after_it_began CHECK (since < until), 
	CONSTRAINT ck_substitutions_lends_what_can_be_lent CHECK (cardinality(roles) > 0 and roles <@ array['head', 'officer', 'registrar']), 
	CONSTRAINT ck_substitutions_ended_by_somebody CHECK ((ended_at is null) = (ended_by is null))
);

CREATE INDEX ix_substitutions_county_id_owner_id_id ON substitutions (county_id, owner_id, id);

CREATE INDEX ix_substitutions_of_a_substitute ON substitutions (county_id, owner_id, substitute_id, until) WHERE ended_at is null;

CREATE TABLE supervision_notes (
	county_id UUID NOT NULL, 
	id UUID NOT NULL, 
	from_id UUID NOT NULL, 
	addressee_id UUID NOT NULL, 
	to_id UUID, 
	overseen_id UUID, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	began_on DATE NOT NULL, 
	kind TEXT NOT NULL, 
	empowerment_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	arose_on DATE NOT NULL, 
	subject TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	request TEXT NOT NULL, 
	order_number TEXT, 
	drafted_by UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	sent_by UUID, 
	sent_for UUID, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	letter_number TEXT, 
	acknowledged_by UUID, 
	acknowledged_at TIMESTAMP WITH TIME ZONE, 
	answer TEXT, 
	answered_by UUID, 
	answered_for UUID, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_supervision_notes PRIMARY KEY (county_id, id), 
	CONSTRAINT fk_supervision_notes_county_id_from_id FOREIGN KEY(county_id, from_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_supervision_notes_county_id_addressee_id FOREIGN KEY(county_id, addressee_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_supervision_notes_county_id_to_id FOREIGN KEY(county_id, to_id) REFERENCES organisations (county_id, id), 
	CONSTRAINT fk_supervision_notes_county_id_empowerment_id_item_id FOREIGN KEY(county_id, empowerment_id, item_id) REFERENCES empowered_items (county_id, empowerment_id, item_id), 
	CONSTRAINT ck_supervision_notes_known_state CHECK (state in ('draft', 'discarded', 'sent', 'acknowledged', 'answered')), 
	CONSTRAINT ck_supervision_notes_known_kind CHECK (kind in ('source_control', 'correction_order', 'technical_support')), 
	CONSTRAINT ck_supervision_notes_leaves_the_sender CHECK (from_id <> addressee_id), 
	CONSTRAINT ck_supervision_notes_names_its_order CHECK ((kind = 'correction_order') = (order_number is not null)), 
	CONSTRAINT ck_supervision_notes_shared_once_sent CHECK ((state in ('draft', 'discarded')) = (to_id is null)), 
	CONSTRAINT ck_supervision_notes_sent_to_the_addressee CHECK (to_id is null or to_id = addressee_id), 
	CONSTRAINT ck_supervision_notes_overseen_once_sent CHECK ((to_id is null) = (overseen_id is null) and (overseen_id is null or overseen_id = county_id)), 
	CONSTRAINT ck_supervision_notes_numbered_once_sent CHECK ((to_id is null) = (letter_number is null) and (to_id is null) = (sent_at is null) and (to_id is null) = (sent_by is null)), 
	CONSTRAINT ck_supervision_notes_acknowledged CHECK ((state in ('acknowledged', 'answered')) = (acknowledged_at is not null)), 
	CONSTRAINT ck_supervision_notes_answered CHECK ((state = 'answered') = (answer is not null) and (answer is null) = (answered_at is null))
);

CREATE INDEX ix_supervision_notes_county_id_empowerment_id_id ON supervision_notes (county_id, empowerment_id, id);

CREATE INDEX ix_supervision_notes_county_id_item_id_id ON supervision_notes (county_id, item_id, id);

CREATE INDEX ix_supervision_notes_county_id_kind_id ON supervision_notes (county_id, kind, id);

CREATE INDEX ix_supervision_notes_county_id_state_id ON supervision_notes (county_id, state, id);

CREATE INDEX ix_supervision_notes_overseen ON supervision_notes (county_id, overseen_id, id);

CREATE INDEX ix_supervision_notes_received ON supervision_notes (county_id, to_id, id);

CREATE INDEX ix_supervision_notes_sent ON supervision_notes (county_id, from_id, id);

-- The scope of a transaction, and the one call that opens it.
--
-- Settings are local to the transaction. A transaction that never opened a scope gets an error from me(), county()
-- and person(), never "everything": an unset setting raises, and a setting left over from an earlier transaction is
-- '' and no uuid. Only overseen() may be none.

create function me() returns uuid language sql stable parallel safe
    as $$ select current_setting('gongguan.tenant')::uuid $$;

create function county() returns uuid language sql stable parallel safe
    as $$ select current_setting('gongguan.county')::uuid $$;

create function person() returns uuid language sql stable parallel safe
    as $$ select current_setting('gongguan.person')::uuid $$;

create function overseen() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('gongguan.overseen'), '')::uuid $$;

-- Who goes on with what a body left that is no more, on a day: itself as long as it is there, else its heir, or that one's.
create function heirs_of(p_county_id uuid, p_body uuid, p_on date) returns setof uuid language sql stable
set search_path = public, pg_temp
as $$
    with recursive heirs(id) as (
        select p_body
        union
        select l.to_id
          from heirs h
          join lineage_entries l on l.county_id = p_county_id and l.from_id = h.id
         where l.heir and l.from_unit_id is null and l.since <= p_on
    )
    select id from heirs
$$;

-- Whether a body is no more. From its day on a post in it is none, whenever and by whomever it was given.
create function is_no_more(p_county_id uuid, p_body uuid, p_now timestamptz) returns boolean language sql stable
set search_path = public, pg_temp
as $$
    select exists (
        select from lineage_entries l
          join counties k on k.county_id = l.county_id
         where l.county_id = p_county_id and l.from_id = p_body and l.heir and l.from_unit_id is null
           and l.since <= (p_now at time zone k.time_zone)::date)
$$;

-- The posts in which a person can act for a body that is no more: those in its heirs, by the code of that body, behind
-- the post where there are several (`post@code`). Such a body has no posts of its own left, so its code names no other.
create function posts_of_heirs(p_county_id uuid, p_person_id uuid, p_acting_as text, p_now timestamptz)
returns table (body uuid, posts uuid[]) language sql stable set search_path = public, pg_temp
as $$
    select o.id, array_agg(c.id)
      from counties k
      join organisations o on o.county_id = k.county_id
       and o.code = case when p_acting_as like '%@%' then split_part(p_acting_as, '@', 2) else p_acting_as end
     cross join lateral heirs_of(k.county_id, o.id, (p_now at time zone k.time_zone)::date) h
      join capacities c on c.county_id = k.county_id and c.tenant_id = h
     where k.county_id = p_county_id and h <> o.id and c.person_id = p_person_id
       and c.since <= p_now and (c.until is null or c.until > p_now)
       and (p_acting_as = o.code or p_acting_as = c.id || '@' || o.code)
       and not is_no_more(c.county_id, c.tenant_id, p_now)
     group by o.id
$$;

-- Checks session and capacity, sets the scope and answers with what the actor is. Refusals come back as `problem`:
-- UNAUTHENTICATED, CAPACITY_NEEDED (several, none named), CAPACITY_REFUSED. Whoever acts as heir of a body that is no more is in that
-- body's scope, with the roles of their own post and without any function. A transaction that writes holds the
-- capacity FOR SHARE, so that ending it waits for the acts under way and no act begins after the end.
--
-- Whoever stands in for an absent colleague of the same body is told what that colleague's post lends as long as the
-- substitution and the post live. Both are held as well. Only a post's own roles are lent: what it was lent itself, not.
create function open_scope(p_token_hash bytea, p_acting_as text, p_now timestamptz, p_writing boolean)
returns table (
    problem text, session_id uuid, account_id uuid, county_id uuid, person_id uuid, capacity_id uuid,
    tenant_id uuid, roles text[], functions text[], overseen uuid,
    policy_version bigint, rulebook_version bigint, calendar_version bigint, time_zone text, ends_at timestamptz,
    tenant_kind text, as_heir boolean, substitution_id uuid, absent_id uuid, absent_person_id uuid, lent_roles text[],
    lent_until timestamptz
)
language plpgsql security definer set search_path = public, pg_temp
as $$
#variable_conflict use_column
declare
    v_session record;
    v_capacity record;
    v_lent record;
    v_candidates uuid[];
    v_left uuid;
begin
    select s.id, s.account_id, a.county_id, a.person_id into v_session
      from sessions s join accounts a on a.id = s.account_id left join account_links l on l.id = s.link_id
     where s.token_hash = p_token_hash and s.revoked_at is null and s.expires_at > p_now
       and a.disabled_at is null and l.unlinked_at is null;
    if not found then
        return query select 'UNAUTHENTICATED'::text, null::uuid, null::uuid, null::uuid, null::uuid, null::uuid,
            null::uuid, null::text[], null::text[], null::uuid, null::bigint, null::bigint, null::bigint, null::text,
            null::timestamptz, null::text, null::boolean, null::uuid, null::uuid, null::uuid, null::text[],
            null::timestamptz;
        return;
    end if;

    select array_agg(c.id) into v_candidates
      from capacities c join organisations o on o.county_id = c.county_id and o.id = c.tenant_id
     where c.county_id = v_session.county_id and c.person_id = v_session.person_id
       and c.since <= p_now and (c.until is null or c.until > p_now)
       and (p_acting_as is null or c.id::text = p_acting_as or o.code = p_acting_as)
       -- As is_no_more() has it; written out, because PL/pgSQL keeps this plan and SQL functions keep none.
       and not exists (
            select from lineage_entries l
              join counties k on k.county_id = l.county_id
             where l.county_id = c.county_id and l.from_id = c.tenant_id and l.heir and l.from_unit_id is null
               and l.since <= (p_now at time zone k.time_zone)::date);

    if v_candidates is null and p_acting_as is not null then
        select b.body, b.posts into v_left, v_candidates
          from posts_of_heirs(v_session.county_id, v_session.person_id, p_acting_as, p_now) b;
    end if;

    if coalesce(cardinality(v_candidates), 0) <> 1 then
        return query select
            case when coalesce(cardinality(v_candidates), 0) = 0 then 'CAPACITY_REFUSED' else 'CAPACITY_NEEDED' end,
            v_session.id, v_session.account_id, v_session.county_id, v_session.person_id, null::uuid,
            null::uuid, null::text[], null::text[], null::uuid, null::bigint, null::bigint, null::bigint, null::text,
            null::timestamptz, null::text, null::boolean, null::uuid, null::uuid, null::uuid, null::text[],
            null::timestamptz;
        return;
    end if;

    if p_writing then
        select c.* into v_capacity from capacities c
         where c.county_id = v_session.county_id and c.id = v_candidates[1] and c.person_id = v_session.person_id
           and c.since <= p_now and (c.until is null or c.until > p_now)
           for share;
    else
        select c.* into v_capacity from capacities c
         where c.county_id = v_session.county_id and c.id = v_candidates[1];
    end if;
    if v_capacity.id is null then
        return query select 'CAPACITY_REFUSED'::text, v_session.id, v_session.account_id, v_session.county_id,
            v_session.person_id, null::uuid, null::uuid, null::text[], null::text[], null::uuid,
            null::bigint, null::bigint, null::bigint, null::text,
            null::timestamptz, null::text, null::boolean, null::uuid, null::uuid, null::uuid, null::text[],
            null::timestamptz;
        return;
    end if;

    if p_writing then
        -- Held first and looked at afterwards: a statement of its own sees what was committed while this one waited.
        perform from substitutions s
          join capacities a on a.county_id = s.county_id and a.tenant_id = s.owner_id and a.id = s.absent_id
         where s.county_id = v_session.county_id and s.owner_id = v_capacity.tenant_id
           and s.substitute_id = v_capacity.id and s.ended_at is null and s.until > p_now
         order by s.id
           for share of s, a;
    end if;
    select s.id, a.id as absent_id, a.person_id, least(s.until, a.until) as until,
           array(select unnest(s.roles) intersect select unnest(a.roles)) as roles
      into v_lent
      from substitutions s
      join capacities a on a.county_id = s.county_id and a.tenant_id = s.owner_id and a.id = s.absent_id
     where s.county_id = v_session.county_id and s.owner_id = v_capacity.tenant_id
       and s.substitute_id = v_capacity.id and s.ended_at is null and s.since <= p_now and s.until > p_now
       and a.since <= p_now and (a.until is null or a.until > p_now) and a.person_id <> v_capacity.person_id
     order by s.since, s.id
     limit 1;

    return query
    with duties as (
        select coalesce(array_agg(f.function), '{}') as names, coalesce(bool_or(f.oversees), false) as oversees
          from organisation_functions f
         where f.county_id = v_session.county_id and f.organisation_id = v_capacity.tenant_id and v_left is null
    ), scope as (
        select set_config('gongguan.county', v_session.county_id::text, true),
               set_config('gongguan.tenant', coalesce(v_left, v_capacity.tenant_id)::text, true),
               set_config('gongguan.person', v_session.person_id::text, true),
               set_config('gongguan.overseen',
                          case when d.oversees then v_session.county_id::text else '' end, true)
          from duties d
    )
    select null::text, v_session.id, v_session.account_id, v_session.county_id, v_session.person_id, v_capacity.id,
           o.id, v_capacity.roles, d.names,
           case when d.oversees then v_session.county_id end,
           k.policy_version, k.rulebook_version, k.calendar_version, k.time_zone, v_capacity.until,
           o.kind, v_left is not null, v_lent.id, v_lent.absent_id, v_lent.person_id, v_lent.roles, v_lent.until
      from counties k, duties d, scope, organisations o
     where k.county_id = v_session.county_id and o.county_id = v_session.county_id
       and o.id = coalesce(v_left, v_capacity.tenant_id);
end
$$;

-- The same for an export that is being made when nobody is there to show a token. It opens what the session and the
-- capacity of whoever asked for it would open at this very moment, and nothing once either has ended, once the export
-- runs no more, or for a run that another one has taken over from: then there is no row.
create function open_export(
    p_county_id uuid, p_export_id uuid, p_attempt integer, p_now timestamptz, p_writing boolean
)
returns table (
    problem text, session_id uuid, account_id uuid, county_id uuid, person_id uuid, capacity_id uuid,
    tenant_id uuid, roles text[], functions text[], overseen uuid,
    policy_version bigint, rulebook_version bigint, calendar_version bigint, time_zone text, ends_at timestamptz,
    tenant_kind text, as_heir boolean, substitution_id uuid, absent_id uuid, absent_person_id uuid, lent_roles text[],
    lent_until timestamptz
)
language sql security definer set search_path = public, pg_temp
as $$
    select o.*
      from exports e
      join sessions s on s.id = e.session_id
     cross join lateral open_scope(s.token_hash, e.capacity_id::text, p_now, p_writing) o
     where e.county_id = p_county_id and e.id = p_export_id and e.attempt = p_attempt and e.state = 'running'
$$;

-- The same for another post of the person in whose scope this is asked, with the session of that scope: to look into it from the
-- post in which they act. It opens what a request in that post would, or says why it would not; for anybody else's session
-- there is no row. The scope is that post's afterwards, until whoever asked goes back.
create function open_post(p_session_id uuid, p_capacity_id uuid, p_now timestamptz)
returns table (
    problem text, session_id uuid, account_id uuid, county_id uuid, person_id uuid, capacity_id uuid,
    tenant_id uuid, roles text[], functions text[], overseen uuid,
    policy_version bigint, rulebook_version bigint, calendar_version bigint, time_zone text, ends_at timestamptz,
    tenant_kind text, as_heir boolean, substitution_id uuid, absent_id uuid, absent_person_id uuid, lent_roles text[],
    lent_until timestamptz
)
language plpgsql security definer set search_path = public, pg_temp
as $$
#variable_conflict use_column
declare
    v_token_hash bytea;
begin
    -- Looked at first and opened afterwards: what opens a scope changes what county() and person() say.
    select s.token_hash into v_token_hash
      from sessions s join accounts a on a.id = s.account_id
     where s.id = p_session_id and a.county_id = county() and a.person_id = person();
    if found then
        return query select o.* from open_scope(v_token_hash, p_capacity_id::text, p_now, false) o;
    end if;
end
$$;

-- Where everybody stands who waits for news: one number for each token, post and thing waited for, which is another one
-- as soon as the opening call would answer otherwise, the day of the county changes, or there is news of the thing (a
-- notice in the inbox of that very post, or an announcement about the subject), and none for whom the opening call
-- refuses. It tells nothing else, and what follows from another number, or from none, is found out by the ordinary way.
-- The scope is afterwards what it was before.
create function standing(p_token_hashes bytea[], p_acting_as text[], p_about uuid[], p_now timestamptz)
returns table (place bigint, mark bigint)
language plpgsql security definer set search_path = public, pg_temp
as $$
#variable_conflict use_column
declare
    v_parts constant text[] := array['gongguan.county', 'gongguan.tenant', 'gongguan.person', 'gongguan.overseen'];
    v_scope constant text[] := array(
        select coalesce(current_setting(part, true), '')
          from unnest(v_parts) with ordinality each (part, nth) order by nth);
begin
    return query
    select asked.place,
           case when o.problem is null then hashtextextended(
               row(o.*, (p_now at time zone o.time_zone)::date, inbox.last_number, told.last_seq)::text, 0
           ) end
      from unnest(p_token_hashes, p_acting_as, p_about) with ordinality asked (token_hash, acting_as, about, place)
     cross join lateral open_scope(asked.token_hash, asked.acting_as, p_now, false) o
      left join inboxes inbox
        on inbox.county_id = o.county_id and inbox.capacity_id = o.capacity_id and inbox.capacity_id = asked.about
      left join lateral (
            select max(a.seq) as last_seq from announcements a
             where a.subject_id = asked.about and a.county_id = o.county_id
           ) told on true;
    perform set_config(part, was, true) from unnest(v_parts, v_scope) each (part, was);
end
$$;

-- The capacities among which a signed-in person may choose, before one is chosen.
create function my_capacities(p_token_hash bytea, p_now timestamptz)
returns table (
    person_id uuid, person_name text, capacity_id uuid, tenant_id uuid, tenant_code text, tenant_name text, post text, roles text[]
)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.person_id, p.name, c.id, o.id, o.code, o.name, c.post, c.roles
      from sessions s
      join accounts a on a.id = s.account_id and a.disabled_at is null
      left join account_links l on l.id = s.link_id
      join persons p on p.county_id = a.county_id and p.id = a.person_id
      left join capacities c on c.county_id = a.county_id and c.person_id = a.person_id
           and c.since <= p_now and (c.until is null or c.until > p_now)
           and not is_no_more(c.county_id, c.tenant_id, p_now)
      left join organisations o on o.county_id = c.county_id and o.id = c.tenant_id
     where s.token_hash = p_token_hash and s.revoked_at is null and s.expires_at > p_now
       and l.unlinked_at is null
     order by o.code, c.id
$$;

-- Opens a session for a provider's token that the API has verified: for the account to which the subject is linked, and
-- no other. A token that has a session already, alive or ended, gets no second one, and neither does the same assertion
-- under other signature bytes. Says whether this very token has a session; whether that lives, open_scope() says.
create function admit(
    p_session_id uuid, p_token_hash bytea, p_assertion_hash bytea, p_issuer text, p_subject text,
    p_now timestamptz, p_expires_at timestamptz
)
returns boolean
language sql security definer set search_path = public, pg_temp
as $$
    insert into sessions (id, token_hash, assertion_hash, account_id, link_id, issued_at, expires_at)
    select p_session_id, p_token_hash, p_assertion_hash, l.account_id, l.id, p_now, p_expires_at
      from account_links l
     where l.issuer = p_issuer and l.subject = p_subject and l.unlinked_at is null
    on conflict do nothing;
    select exists (select from sessions where token_hash = p_token_hash);
$$;

-- Whether a post of the county lives: so much, and no more, everybody in the county may know of a post that was named to
-- them. Whose it is and what it carries stays with its body.
create function post_lives(p_capacity_id uuid, p_now timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
    select exists (
        select from capacities
         where county_id = county() and id = p_capacity_id
           and since <= p_now and (until is null or until > p_now)
           and not is_no_more(county_id, tenant_id, p_now))
$$;

-- What a host may know of the certificates of those who are seconded to it and work there on a day: whether they are held or
-- withheld, and until when. The certificates stay their issuer's and their home's. Of these entries; null: of all.
create function certificates_of_stationed(p_secondments uuid[], p_on date)
returns table (secondment_id uuid, state text, valid_until date)
language sql stable security definer set search_path = public, pg_temp
as $$
    select s.id, c.state, c.valid_until
      from secondments s
      join certificates c on c.county_id = s.county_id and c.home_id = s.home_id and c.person_id = s.person_id
           and c.state in ('held', 'withheld')
     where s.county_id = county() and s.host_id = me() and s.since <= p_on and s.last_day >= p_on
       and (p_secondments is null or s.id = any(p_secondments))
$$;

-- Under which keys personal data lie, anywhere in the deployment: so that a server says before it serves that it lacks one.
-- Ids of keys, and nothing of what they seal.
create function keys_of_personal_data() returns setof text
language sql stable security definer set search_path = public, pg_temp
as $$ select distinct key_id from personal_data $$;

revoke all on function is_no_more(uuid, uuid, timestamptz) from public;
revoke all on function heirs_of(uuid, uuid, date) from public;
revoke all on function posts_of_heirs(uuid, uuid, text, timestamptz) from public;
revoke all on function open_scope(bytea, text, timestamptz, boolean) from public;
revoke all on function open_export(uuid, uuid, integer, timestamptz, boolean) from public;
revoke all on function open_post(uuid, uuid, timestamptz) from public;
revoke all on function standing(bytea[], text[], uuid[], timestamptz) from public;
revoke all on function my_capacities(bytea, timestamptz) from public;
revoke all on function admit(uuid, bytea, bytea, text, text, timestamptz, timestamptz) from public;
revoke all on function post_lives(uuid, timestamptz) from public;
revoke all on function certificates_of_stationed(uuid[], date) from public;
revoke all on function keys_of_personal_data() from public;
grant execute on function open_scope(bytea, text, timestamptz, boolean) to gongguan_app;
grant execute on function open_export(uuid, uuid, integer, timestamptz, boolean) to gongguan_app;
grant execute on function open_post(uuid, uuid, timestamptz) to gongguan_app;
grant execute on function standing(bytea[], text[], uuid[], timestamptz) to gongguan_app;
grant execute on function my_capacities(bytea, timestamptz) to gongguan_app;
grant execute on function admit(uuid, bytea, bytea, text, text, timestamptz, timestamptz) to gongguan_app;
grant execute on function post_lives(uuid, timestamptz) to gongguan_app;
grant execute on function certificates_of_stationed(uuid[], date) to gongguan_app;
grant execute on function keys_of_personal_data() to gongguan_app;

alter table accounts enable row level security;

alter table accounts force row level security;

create policy owner_all on accounts for all to gongguan_owner using (true) with check (true);

create policy backup_select on accounts for select to gongguan_backup using (true);

grant select on accounts to gongguan_backup;

create policy app_select on accounts for select to gongguan_app using (true);

grant select on accounts to gongguan_app;

alter table announcements enable row level security;

alter table announcements force row level security;

create policy owner_all on announcements for all to gongguan_owner using (true) with check (true);

create policy backup_select on announcements for select to gongguan_backup using (true);

grant select on announcements to gongguan_backup;

grant select on sequence announcements_seq_seq to gongguan_backup;

create policy worker_select on announcements for select to gongguan_worker using (true);

grant select on announcements to gongguan_worker;

create policy app_insert on announcements for insert to gongguan_app with check (county_id = county());

grant insert on announcements to gongguan_app;

create policy worker_insert on announcements for insert to gongguan_worker with check (true);

grant insert on announcements to gongguan_worker;

create policy worker_update on announcements for update to gongguan_worker using (true) with check (true);

grant update (seq, kind, subject_kind, subject_id, audience, facts, announced_at, next_attempt_at, attempts, handled_at, dead_at, last_error) on announcements to gongguan_worker;

create policy worker_delete on announcements for delete to gongguan_worker using (true);

grant delete on announcements to gongguan_worker;

alter table audit_lines enable row level security;

alter table audit_lines force row level security;

create policy owner_all on audit_lines for all to gongguan_owner using (true) with check (true);

create policy backup_select on audit_lines for select to gongguan_backup using (true);

grant select on audit_lines to gongguan_backup;

create policy worker_select on audit_lines for select to gongguan_worker using (true);

grant select on audit_lines to gongguan_worker;

create policy app_insert on audit_lines for insert to gongguan_app with check (county_id = county() and tenant_id = me());

grant insert on audit_lines to gongguan_app;

create policy worker_insert on audit_lines for insert to gongguan_worker with check (true);

grant insert on audit_lines to gongguan_worker;

alter table audit_seals enable row level security;

alter table audit_seals force row level security;

create policy owner_all on audit_seals for all to gongguan_owner using (true) with check (true);

create policy backup_select on audit_seals for select to gongguan_backup using (true);

grant select on audit_seals to gongguan_backup;

create policy worker_select on audit_seals for select to gongguan_worker using (true);

grant select on audit_seals to gongguan_worker;

create policy worker_insert on audit_seals for insert to gongguan_worker with check (true);

grant insert on audit_seals to gongguan_worker;

alter table beats enable row level security;

alter table beats force row level security;

create policy owner_all on beats for all to gongguan_owner using (true) with check (true);

create policy backup_select on beats for select to gongguan_backup using (true);

grant select on beats to gongguan_backup;

create policy app_select on beats for select to gongguan_app using (true);

grant select on beats to gongguan_app;

create policy worker_select on beats for select to gongguan_worker using (true);

grant select on beats to gongguan_worker;

create policy worker_insert on beats for insert to gongguan_worker with check (true);

grant insert on beats to gongguan_worker;

create policy worker_update on beats for update to gongguan_worker using (true) with check (true);

grant update (at, waiting_since, given_up, done) on beats to gongguan_worker;

alter table counties enable row level security;

alter table counties force row level security;

create policy owner_all on counties for all to gongguan_owner using (true) with check (true);

create policy backup_select on counties for select to gongguan_backup using (true);

grant select on counties to gongguan_backup;

create policy app_select on counties for select to gongguan_app using (county_id = county());

grant select on counties to gongguan_app;

create policy worker_select on counties for select to gongguan_worker using (true);

grant select on counties to gongguan_worker;

alter table inboxes enable row level security;

alter table inboxes force row level security;

create policy owner_all on inboxes for all to gongguan_owner using (true) with check (true);

create policy backup_select on inboxes for select to gongguan_backup using (true);

grant select on inboxes to gongguan_backup;

create policy worker_select on inboxes for select to gongguan_worker using (true);

grant select on inboxes to gongguan_worker;

create policy worker_insert on inboxes for insert to gongguan_worker with check (true);

grant insert on inboxes to gongguan_worker;

create policy worker_update on inboxes for update to gongguan_worker using (true) with check (true);

grant update (last_number) on inboxes to gongguan_worker;

alter table issued_numbers enable row level security;

alter table issued_numbers force row level security;

create policy owner_all on issued_numbers for all to gongguan_owner using (true) with check (true);

create policy backup_select on issued_numbers for select to gongguan_backup using (true);

grant select on issued_numbers to gongguan_backup;

create policy app_select on issued_numbers for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on issued_numbers to gongguan_app;

create policy app_insert on issued_numbers for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on issued_numbers to gongguan_app;

alter table number_counters enable row level security;

alter table number_counters force row level security;

create policy owner_all on number_counters for all to gongguan_owner using (true) with check (true);

create policy backup_select on number_counters for select to gongguan_backup using (true);

grant select on number_counters to gongguan_backup;

create policy app_select on number_counters for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on number_counters to gongguan_app;

create policy app_insert on number_counters for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on number_counters to gongguan_app;

create policy app_update on number_counters for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (last) on number_counters to gongguan_app;

alter table platform_rulebooks enable row level security;

alter table platform_rulebooks force row level security;

create policy owner_all on platform_rulebooks for all to gongguan_owner using (true) with check (true);

create policy backup_select on platform_rulebooks for select to gongguan_backup using (true);

grant select on platform_rulebooks to gongguan_backup;

create policy app_select on platform_rulebooks for select to gongguan_app using (true);

grant select on platform_rulebooks to gongguan_app;

create policy worker_select on platform_rulebooks for select to gongguan_worker using (true);

grant select on platform_rulebooks to gongguan_worker;

alter table remembered_mutations enable row level security;

alter table remembered_mutations force row level security;

create policy owner_all on remembered_mutations for all to gongguan_owner using (true) with check (true);

create policy backup_select on remembered_mutations for select to gongguan_backup using (true);

grant select on remembered_mutations to gongguan_backup;

create policy app_select on remembered_mutations for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on remembered_mutations to gongguan_app;

create policy worker_select on remembered_mutations for select to gongguan_worker using (true);

grant select on remembered_mutations to gongguan_worker;

create policy app_insert on remembered_mutations for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on remembered_mutations to gongguan_app;

create policy app_update on remembered_mutations for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (input_digest, outcome, remembered_at) on remembered_mutations to gongguan_app;

create policy worker_delete on remembered_mutations for delete to gongguan_worker using (true);

grant delete on remembered_mutations to gongguan_worker;

alter table search_grams enable row level security;

alter table search_grams force row level security;

create policy owner_all on search_grams for all to gongguan_owner using (true) with check (true);

create policy backup_select on search_grams for select to gongguan_backup using (true);

grant select on search_grams to gongguan_backup;

create policy app_select on search_grams for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on search_grams to gongguan_app;

create policy app_insert on search_grams for insert to gongguan_app with check (county_id = county() and (from_id = me() or to_id = me()));

grant insert on search_grams to gongguan_app;

create policy app_update on search_grams for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (from_id, to_id, overseen_id) on search_grams to gongguan_app;

create policy app_delete on search_grams for delete to gongguan_app using (county_id = county() and from_id = me() and to_id is null);

grant delete on search_grams to gongguan_app;

alter table set_clock enable row level security;

alter table set_clock force row level security;

create policy owner_all on set_clock for all to gongguan_owner using (true) with check (true);

create policy backup_select on set_clock for select to gongguan_backup using (true);

grant select on set_clock to gongguan_backup;

create policy app_select on set_clock for select to gongguan_app using (true);

grant select on set_clock to gongguan_app;

create policy worker_select on set_clock for select to gongguan_worker using (true);

grant select on set_clock to gongguan_worker;

alter table sign_in_attempts enable row level security;

alter table sign_in_attempts force row level security;

create policy owner_all on sign_in_attempts for all to gongguan_owner using (true) with check (true);

create policy backup_select on sign_in_attempts for select to gongguan_backup using (true);

grant select on sign_in_attempts to gongguan_backup;

create policy app_select on sign_in_attempts for select to gongguan_app using (true);

grant select on sign_in_attempts to gongguan_app;

create policy app_insert on sign_in_attempts for insert to gongguan_app with check (true);

grant insert on sign_in_attempts to gongguan_app;

create policy app_update on sign_in_attempts for update to gongguan_app using (true) with check (true);

grant update (failures, locked_until) on sign_in_attempts to gongguan_app;

create policy app_delete on sign_in_attempts for delete to gongguan_app using (true);

grant delete on sign_in_attempts to gongguan_app;

alter table statutory_years enable row level security;

alter table statutory_years force row level security;

create policy owner_all on statutory_years for all to gongguan_owner using (true) with check (true);

create policy backup_select on statutory_years for select to gongguan_backup using (true);

grant select on statutory_years to gongguan_backup;

create policy app_select on statutory_years for select to gongguan_app using (true);

grant select on statutory_years to gongguan_app;

create policy worker_select on statutory_years for select to gongguan_worker using (true);

grant select on statutory_years to gongguan_worker;

alter table account_links enable row level security;

alter table account_links force row level security;

create policy owner_all on account_links for all to gongguan_owner using (true) with check (true);

create policy backup_select on account_links for select to gongguan_backup using (true);

grant select on account_links to gongguan_backup;

alter table announcement_receipts enable row level security;

alter table announcement_receipts force row level security;

create policy owner_all on announcement_receipts for all to gongguan_owner using (true) with check (true);

create policy backup_select on announcement_receipts for select to gongguan_backup using (true);

grant select on announcement_receipts to gongguan_backup;

create policy worker_select on announcement_receipts for select to gongguan_worker using (true);

grant select on announcement_receipts to gongguan_worker;

create policy worker_insert on announcement_receipts for insert to gongguan_worker with check (true);

grant insert on announcement_receipts to gongguan_worker;

alter table audit_contents enable row level security;

alter table audit_contents force row level security;

create policy owner_all on audit_contents for all to gongguan_owner using (true) with check (true);

create policy backup_select on audit_contents for select to gongguan_backup using (true);

grant select on audit_contents to gongguan_backup;

create policy worker_select on audit_contents for select to gongguan_worker using (true);

grant select on audit_contents to gongguan_worker;

create policy app_insert on audit_contents for insert to gongguan_app with check (county_id = county());

grant insert on audit_contents to gongguan_app;

create policy worker_insert on audit_contents for insert to gongguan_worker with check (true);

grant insert on audit_contents to gongguan_worker;

alter table audit_sealed_lines enable row level security;

alter table audit_sealed_lines force row level security;

create policy owner_all on audit_sealed_lines for all to gongguan_owner using (true) with check (true);

create policy backup_select on audit_sealed_lines for select to gongguan_backup using (true);

grant select on audit_sealed_lines to gongguan_backup;

create policy worker_select on audit_sealed_lines for select to gongguan_worker using (true);

grant select on audit_sealed_lines to gongguan_worker;

create policy worker_insert on audit_sealed_lines for insert to gongguan_worker with check (true);

grant insert on audit_sealed_lines to gongguan_worker;

alter table audit_unsealed enable row level security;

alter table audit_unsealed force row level security;

create policy owner_all on audit_unsealed for all to gongguan_owner using (true) with check (true);

create policy backup_select on audit_unsealed for select to gongguan_backup using (true);

grant select on audit_unsealed to gongguan_backup;

create policy worker_select on audit_unsealed for select to gongguan_worker using (true);

grant select on audit_unsealed to gongguan_worker;

create policy app_insert on audit_unsealed for insert to gongguan_app with check (county_id = county());

grant insert on audit_unsealed to gongguan_app;

create policy worker_insert on audit_unsealed for insert to gongguan_worker with check (true);

grant insert on audit_unsealed to gongguan_worker;

create policy worker_delete on audit_unsealed for delete to gongguan_worker using (true);

grant delete on audit_unsealed to gongguan_worker;

alter table calendar_versions enable row level security;

alter table calendar_versions force row level security;

create policy owner_all on calendar_versions for all to gongguan_owner using (true) with check (true);

create policy backup_select on calendar_versions for select to gongguan_backup using (true);

grant select on calendar_versions to gongguan_backup;

create policy app_select on calendar_versions for select to gongguan_app using (county_id = county());

grant select on calendar_versions to gongguan_app;

create policy worker_select on calendar_versions for select to gongguan_worker using (true);

grant select on calendar_versions to gongguan_worker;

alter table county_days enable row level security;

alter table county_days force row level security;

create policy owner_all on county_days for all to gongguan_owner using (true) with check (true);

create policy backup_select on county_days for select to gongguan_backup using (true);

grant select on county_days to gongguan_backup;

create policy app_select on county_days for select to gongguan_app using (county_id = county());

grant select on county_days to gongguan_app;

create policy worker_select on county_days for select to gongguan_worker using (true);

grant select on county_days to gongguan_worker;

alter table county_rulebooks enable row level security;

alter table county_rulebooks force row level security;

create policy owner_all on county_rulebooks for all to gongguan_owner using (true) with check (true);

create policy backup_select on county_rulebooks for select to gongguan_backup using (true);

grant select on county_rulebooks to gongguan_backup;

create policy app_select on county_rulebooks for select to gongguan_app using (county_id = county());

grant select on county_rulebooks to gongguan_app;

create policy worker_select on county_rulebooks for select to gongguan_worker using (true);

grant select on county_rulebooks to gongguan_worker;

alter table organisations enable row level security;

alter table organisations force row level security;

create policy owner_all on organisations for all to gongguan_owner using (true) with check (true);

create policy backup_select on organisations for select to gongguan_backup using (true);

grant select on organisations to gongguan_backup;

create policy app_select on organisations for select to gongguan_app using (county_id = county());

grant select on organisations to gongguan_app;

create policy worker_select on organisations for select to gongguan_worker using (true);

grant select on organisations to gongguan_worker;

alter table statutory_days enable row level security;

alter table statutory_days force row level security;

create policy owner_all on statutory_days for all to gongguan_owner using (true) with check (true);

create policy backup_select on statutory_days for select to gongguan_backup using (true);

grant select on statutory_days to gongguan_backup;

create policy app_select on statutory_days for select to gongguan_app using (true);

grant select on statutory_days to gongguan_app;

create policy worker_select on statutory_days for select to gongguan_worker using (true);

grant select on statutory_days to gongguan_worker;

alter table agreements enable row level security;

alter table agreements force row level security;

create policy owner_all on agreements for all to gongguan_owner using (true) with check (true);

create policy backup_select on agreements for select to gongguan_backup using (true);

grant select on agreements to gongguan_backup;

create policy app_select on agreements for select to gongguan_app using (county_id = county() and case when one_id = me() or other_id = me() or county_id = overseen() then true else false end);

grant select on agreements to gongguan_app;

create policy app_insert on agreements for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on agreements to gongguan_app;

create policy app_update on agreements for update to gongguan_app using (county_id = county() and (one_id = me() or other_id = me())) with check (county_id = county() and (one_id = me() or other_id = me()));

grant update (to_id, one_id, other_id, state, version, item_code, materials, since, ends_on, proposed_by, proposed_for, proposed_at, answered_by, answered_for, answered_at, decline_reasons, ended_by, ended_at) on agreements to gongguan_app;

alter table alerts enable row level security;

alter table alerts force row level security;

create policy owner_all on alerts for all to gongguan_owner using (true) with check (true);

create policy backup_select on alerts for select to gongguan_backup using (true);

grant select on alerts to gongguan_backup;

create policy app_select on alerts for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on alerts to gongguan_app;

create policy app_insert on alerts for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on alerts to gongguan_app;

create policy app_update on alerts for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (state, version, began_on, kind, subject, facts, place, item_code, drafted_by, created_at, sent_by, sent_for, sent_at, letter_number) on alerts to gongguan_app;

alter table deadlines enable row level security;

alter table deadlines force row level security;

create policy owner_all on deadlines for all to gongguan_owner using (true) with check (true);

create policy backup_select on deadlines for select to gongguan_backup using (true);

grant select on deadlines to gongguan_backup;

create policy app_select on deadlines for select to gongguan_app using (county_id = county() and case when obligor_id = me() or waiting_id = me() or county_id = overseen() then true else false end);

grant select on deadlines to gongguan_app;

create policy worker_select on deadlines for select to gongguan_worker using (true);

grant select on deadlines to gongguan_worker;

create policy app_insert on deadlines for insert to gongguan_app with check (county_id = county() and (obligor_id = me() or waiting_id = me()));

grant insert on deadlines to gongguan_app;

create policy app_update on deadlines for update to gongguan_app using (county_id = county() and (obligor_id = me() or waiting_id = me())) with check (county_id = county() and (obligor_id = me() or waiting_id = me()));

grant update (kind, obligor_id, waiting_id, subject_kind, subject_id, started_at, amount, unit, source, ruled_on, warn_at, due_day_at, due_at, escalate_at, escalates_to, provisional, calendar_version, suspended_since, round, next_rung, next_rung_at, met_at, cancelled_at) on deadlines to gongguan_app;

create policy worker_update on deadlines for update to gongguan_worker using (true) with check (true);

grant update (kind, obligor_id, waiting_id, subject_kind, subject_id, started_at, amount, unit, source, ruled_on, warn_at, due_day_at, due_at, escalate_at, escalates_to, provisional, calendar_version, suspended_since, round, next_rung, next_rung_at, met_at, cancelled_at) on deadlines to gongguan_worker;

alter table duties enable row level security;

alter table duties force row level security;

create policy owner_all on duties for all to gongguan_owner using (true) with check (true);

create policy backup_select on duties for select to gongguan_backup using (true);

grant select on duties to gongguan_backup;

create policy app_select on duties for select to gongguan_app using (county_id = county());

grant select on duties to gongguan_app;

create policy app_insert on duties for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on duties to gongguan_app;

alter table files enable row level security;

alter table files force row level security;

create policy owner_all on files for all to gongguan_owner using (true) with check (true);

create policy backup_select on files for select to gongguan_backup using (true);

grant select on files to gongguan_backup;

create policy app_select on files for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on files to gongguan_app;

create policy worker_select on files for select to gongguan_worker using (true);

grant select on files to gongguan_worker;

create policy app_insert on files for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on files to gongguan_app;

create policy app_update on files for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (uploaded_by, name, media_type, size, sha256, uploaded_at, attached_at) on files to gongguan_app;

create policy worker_update on files for update to gongguan_worker using (true) with check (true);

grant update (uploaded_by, name, media_type, size, sha256, uploaded_at, attached_at) on files to gongguan_worker;

create policy worker_delete on files for delete to gongguan_worker using (true);

grant delete on files to gongguan_worker;

alter table items enable row level security;

alter table items force row level security;

create policy owner_all on items for all to gongguan_owner using (true) with check (true);

create policy backup_select on items for select to gongguan_backup using (true);

grant select on items to gongguan_backup;

create policy app_select on items for select to gongguan_app using (county_id = county());

grant select on items to gongguan_app;

create policy app_insert on items for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on items to gongguan_app;

alter table night_duty_swaps enable row level security;

alter table night_duty_swaps force row level security;

create policy owner_all on night_duty_swaps for all to gongguan_owner using (true) with check (true);

create policy backup_select on night_duty_swaps for select to gongguan_backup using (true);

grant select on night_duty_swaps to gongguan_backup;

create policy app_select on night_duty_swaps for select to gongguan_app using (county_id = county() and body_id = me());

grant select on night_duty_swaps to gongguan_app;

create policy app_insert on night_duty_swaps for insert to gongguan_app with check (county_id = county() and body_id = me());

grant insert on night_duty_swaps to gongguan_app;

create policy app_update on night_duty_swaps for update to gongguan_app using (county_id = county() and body_id = me()) with check (county_id = county() and body_id = me());

grant update (state, version, answered_at, confirmed_by, confirmed_for, closed_at) on night_duty_swaps to gongguan_app;

alter table organisation_functions enable row level security;

alter table organisation_functions force row level security;

create policy owner_all on organisation_functions for all to gongguan_owner using (true) with check (true);

create policy backup_select on organisation_functions for select to gongguan_backup using (true);

grant select on organisation_functions to gongguan_backup;

create policy app_select on organisation_functions for select to gongguan_app using (county_id = county());

grant select on organisation_functions to gongguan_app;

create policy worker_select on organisation_functions for select to gongguan_worker using (true);

grant select on organisation_functions to gongguan_worker;

alter table persons enable row level security;

alter table persons force row level security;

create policy owner_all on persons for all to gongguan_owner using (true) with check (true);

create policy backup_select on persons for select to gongguan_backup using (true);

grant select on persons to gongguan_backup;

create policy app_select on persons for select to gongguan_app using (county_id = county());

grant select on persons to gongguan_app;

create policy worker_select on persons for select to gongguan_worker using (true);

grant select on persons to gongguan_worker;

create policy app_insert on persons for insert to gongguan_app with check (county_id = county() and home_id = me());

grant insert on persons to gongguan_app;

alter table referrals enable row level security;

alter table referrals force row level security;

create policy owner_all on referrals for all to gongguan_owner using (true) with check (true);

create policy backup_select on referrals for select to gongguan_backup using (true);

grant select on referrals to gongguan_backup;

create policy app_select on referrals for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on referrals to gongguan_app;

create policy app_insert on referrals for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on referrals to gongguan_app;

create policy app_update on referrals for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (addressee_id, to_id, owner_id, admitted_id, overseen_id, state, version, began_on, found_on, urgent_found_at, prior_notice_at, ongoing, stop, stopped_at, stop_note, onward_of, party, place, facts, item_code, legal_basis, missing_reason, drafted_by, approved_by, approved_for, approved_at, letter_number, sent_at, sent_late, late_reason, receipt_number, taken_in_at, material_asked, material_asked_at, suspension, doubt_step, doubt_reasons, settlement, answered_at, return_reasons, withdrawn_reason, decision, decision_note, effective_on, outcome, created_at) on referrals to gongguan_app;

create policy app_delete on referrals for delete to gongguan_app using (county_id = county() and from_id = me() and to_id is null);

grant delete on referrals to gongguan_app;

alter table search_texts enable row level security;

alter table search_texts force row level security;

create policy owner_all on search_texts for all to gongguan_owner using (true) with check (true);

create policy backup_select on search_texts for select to gongguan_backup using (true);

grant select on search_texts to gongguan_backup;

create policy app_select on search_texts for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on search_texts to gongguan_app;

create policy app_insert on search_texts for insert to gongguan_app with check (county_id = county() and (from_id = me() or to_id = me()));

grant insert on search_texts to gongguan_app;

create policy app_update on search_texts for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (from_id, to_id, overseen_id, folded) on search_texts to gongguan_app;

create policy app_delete on search_texts for delete to gongguan_app using (county_id = county() and from_id = me() and to_id is null);

grant delete on search_texts to gongguan_app;

alter table sessions enable row level security;

alter table sessions force row level security;

create policy owner_all on sessions for all to gongguan_owner using (true) with check (true);

create policy backup_select on sessions for select to gongguan_backup using (true);

grant select on sessions to gongguan_backup;

create policy app_select on sessions for select to gongguan_app using (true);

grant select on sessions to gongguan_app;

create policy worker_select on sessions for select to gongguan_worker using (true);

grant select on sessions to gongguan_worker;

create policy app_insert on sessions for insert to gongguan_app with check (true);

grant insert on sessions to gongguan_app;

create policy app_update on sessions for update to gongguan_app using (true) with check (true);

grant update (token_hash, account_id, issued_at, expires_at, revoked_at, link_id, assertion_hash) on sessions to gongguan_app;

create policy worker_delete on sessions for delete to gongguan_worker using (true);

grant delete on sessions to gongguan_worker;

alter table township_classes enable row level security;

alter table township_classes force row level security;

create policy owner_all on township_classes for all to gongguan_owner using (true) with check (true);

create policy backup_select on township_classes for select to gongguan_backup using (true);

grant select on township_classes to gongguan_backup;

create policy app_select on township_classes for select to gongguan_app using (county_id = county());

grant select on township_classes to gongguan_app;

create policy app_insert on township_classes for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on township_classes to gongguan_app;

alter table units enable row level security;

alter table units force row level security;

create policy owner_all on units for all to gongguan_owner using (true) with check (true);

create policy backup_select on units for select to gongguan_backup using (true);

grant select on units to gongguan_backup;

create policy app_select on units for select to gongguan_app using (county_id = county());

grant select on units to gongguan_app;

create policy worker_select on units for select to gongguan_worker using (true);

grant select on units to gongguan_worker;

alter table alert_notices enable row level security;

alter table alert_notices force row level security;

create policy owner_all on alert_notices for all to gongguan_owner using (true) with check (true);

create policy backup_select on alert_notices for select to gongguan_backup using (true);

grant select on alert_notices to gongguan_backup;

create policy app_select on alert_notices for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on alert_notices to gongguan_app;

create policy app_insert on alert_notices for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on alert_notices to gongguan_app;

create policy app_update on alert_notices for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (alert_id, addressee_id, to_id, overseen_id, state, version, began_on, kind, subject, facts, place, item_code, letter_number, sent_at, acknowledged_by, acknowledged_at, answer, answer_text, meeting_on, answered_by, answered_for, answered_at) on alert_notices to gongguan_app;

create policy app_delete on alert_notices for delete to gongguan_app using (county_id = county() and from_id = me() and to_id is null);

grant delete on alert_notices to gongguan_app;

alter table attendance_entries enable row level security;

alter table attendance_entries force row level security;

create policy owner_all on attendance_entries for all to gongguan_owner using (true) with check (true);

create policy backup_select on attendance_entries for select to gongguan_backup using (true);

grant select on attendance_entries to gongguan_backup;

create policy app_select on attendance_entries for select to gongguan_app using (county_id = county() and case when home_id = me() or host_id = me() or person_id = person() then true else false end);

grant select on attendance_entries to gongguan_app;

create policy app_insert on attendance_entries for insert to gongguan_app with check (county_id = county() and body_id = me());

grant insert on attendance_entries to gongguan_app;

create policy app_update on attendance_entries for update to gongguan_app using (county_id = county() and (home_id = me() or host_id = me())) with check (county_id = county() and (home_id = me() or host_id = me()));

grant update (superseded_at) on attendance_entries to gongguan_app;

alter table certificates enable row level security;

alter table certificates force row level security;

create policy owner_all on certificates for all to gongguan_owner using (true) with check (true);

create policy backup_select on certificates for select to gongguan_backup using (true);

grant select on certificates to gongguan_backup;

create policy app_select on certificates for select to gongguan_app using (county_id = county() and case when home_id = me() or issuer_id = me() or person_id = person() or county_id = overseen() then true else false end);

grant select on certificates to gongguan_app;

create policy app_insert on certificates for insert to gongguan_app with check (county_id = county() and issuer_id = me());

grant insert on certificates to gongguan_app;

create policy app_update on certificates for update to gongguan_app using (county_id = county() and (home_id = me() or issuer_id = me())) with check (county_id = county() and (home_id = me() or issuer_id = me()));

grant update (state, valid_until, version) on certificates to gongguan_app;

alter table class_members enable row level security;

alter table class_members force row level security;

create policy owner_all on class_members for all to gongguan_owner using (true) with check (true);

create policy backup_select on class_members for select to gongguan_backup using (true);

grant select on class_members to gongguan_backup;

create policy app_select on class_members for select to gongguan_app using (county_id = county());

grant select on class_members to gongguan_app;

create policy app_insert on class_members for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on class_members to gongguan_app;

alter table deadline_changes enable row level security;

alter table deadline_changes force row level security;

create policy owner_all on deadline_changes for all to gongguan_owner using (true) with check (true);

create policy backup_select on deadline_changes for select to gongguan_backup using (true);

grant select on deadline_changes to gongguan_backup;

create policy app_select on deadline_changes for select to gongguan_app using (county_id = county() and case when obligor_id = me() or waiting_id = me() or county_id = overseen() then true else false end);

grant select on deadline_changes to gongguan_app;

create policy worker_select on deadline_changes for select to gongguan_worker using (true);

grant select on deadline_changes to gongguan_worker;

create policy app_insert on deadline_changes for insert to gongguan_app with check (county_id = county() and by_tenant_id = me());

grant insert on deadline_changes to gongguan_app;

create policy worker_insert on deadline_changes for insert to gongguan_worker with check (true);

grant insert on deadline_changes to gongguan_worker;

alter table deadline_rungs enable row level security;

alter table deadline_rungs force row level security;

create policy owner_all on deadline_rungs for all to gongguan_owner using (true) with check (true);

create policy backup_select on deadline_rungs for select to gongguan_backup using (true);

grant select on deadline_rungs to gongguan_backup;

create policy app_select on deadline_rungs for select to gongguan_app using (county_id = county() and case when obligor_id = me() or waiting_id = me() or county_id = overseen() then true else false end);

grant select on deadline_rungs to gongguan_app;

create policy worker_select on deadline_rungs for select to gongguan_worker using (true);

grant select on deadline_rungs to gongguan_worker;

create policy worker_insert on deadline_rungs for insert to gongguan_worker with check (true);

grant insert on deadline_rungs to gongguan_worker;

alter table empowerments enable row level security;

alter table empowerments force row level security;

create policy owner_all on empowerments for all to gongguan_owner using (true) with check (true);

create policy backup_select on empowerments for select to gongguan_backup using (true);

grant select on empowerments to gongguan_backup;

create policy app_select on empowerments for select to gongguan_app using (county_id = county());

grant select on empowerments to gongguan_app;

create policy app_insert on empowerments for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on empowerments to gongguan_app;

alter table entrustments enable row level security;

alter table entrustments force row level security;

create policy owner_all on entrustments for all to gongguan_owner using (true) with check (true);

create policy backup_select on entrustments for select to gongguan_backup using (true);

grant select on entrustments to gongguan_backup;

create policy app_select on entrustments for select to gongguan_app using (county_id = county());

grant select on entrustments to gongguan_app;

create policy app_insert on entrustments for insert to gongguan_app with check (county_id = county() and department_id = me());

grant insert on entrustments to gongguan_app;

alter table item_versions enable row level security;

alter table item_versions force row level security;

create policy owner_all on item_versions for all to gongguan_owner using (true) with check (true);

create policy backup_select on item_versions for select to gongguan_backup using (true);

grant select on item_versions to gongguan_backup;

create policy app_select on item_versions for select to gongguan_app using (county_id = county());

grant select on item_versions to gongguan_app;

create policy app_insert on item_versions for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on item_versions to gongguan_app;

alter table leave_requests enable row level security;

alter table leave_requests force row level security;

create policy owner_all on leave_requests for all to gongguan_owner using (true) with check (true);

create policy backup_select on leave_requests for select to gongguan_backup using (true);

grant select on leave_requests to gongguan_backup;

create policy app_select on leave_requests for select to gongguan_app using (county_id = county() and case when home_id = me() or host_id = me() or person_id = person() then true else false end);

grant select on leave_requests to gongguan_app;

create policy app_insert on leave_requests for insert to gongguan_app with check (county_id = county() and (home_id = me() or host_id = me()));

grant insert on leave_requests to gongguan_app;

create policy app_update on leave_requests for update to gongguan_app using (county_id = county() and (home_id = me() or host_id = me())) with check (county_id = county() and (home_id = me() or host_id = me()));

grant update (state, version, last_day, from_noon, until_noon, granted_until, decided_in_id, decided_by, decided_for, decided_at, decision_reason, closed_at) on leave_requests to gongguan_app;

alter table lenient_entries enable row level security;

alter table lenient_entries force row level security;

create policy owner_all on lenient_entries for all to gongguan_owner using (true) with check (true);

create policy backup_select on lenient_entries for select to gongguan_backup using (true);

grant select on lenient_entries to gongguan_backup;

create policy app_select on lenient_entries for select to gongguan_app using (county_id = county());

grant select on lenient_entries to gongguan_app;

create policy app_insert on lenient_entries for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on lenient_entries to gongguan_app;

alter table lineage_entries enable row level security;

alter table lineage_entries force row level security;

create policy owner_all on lineage_entries for all to gongguan_owner using (true) with check (true);

create policy backup_select on lineage_entries for select to gongguan_backup using (true);

grant select on lineage_entries to gongguan_backup;

create policy app_select on lineage_entries for select to gongguan_app using (county_id = county());

grant select on lineage_entries to gongguan_app;

create policy worker_select on lineage_entries for select to gongguan_worker using (true);

grant select on lineage_entries to gongguan_worker;

alter table night_duties enable row level security;

alter table night_duties force row level security;

create policy owner_all on night_duties for all to gongguan_owner using (true) with check (true);

create policy backup_select on night_duties for select to gongguan_backup using (true);

grant select on night_duties to gongguan_backup;

create policy app_select on night_duties for select to gongguan_app using (county_id = county() and case when home_id = me() or host_id = me() or person_id = person() then true else false end);

grant select on night_duties to gongguan_app;

create policy app_insert on night_duties for insert to gongguan_app with check (county_id = county() and body_id = me());

grant insert on night_duties to gongguan_app;

create policy app_update on night_duties for update to gongguan_app using (county_id = county() and (home_id = me() or host_id = me())) with check (county_id = county() and (home_id = me() or host_id = me()));

grant update (person_id, home_id, host_id, version, taken_off_by, taken_off_at, taken_off_reason, attended, note, recorded_by, recorded_for, recorded_at) on night_duties to gongguan_app;

alter table patrol_entries enable row level security;

alter table patrol_entries force row level security;

create policy owner_all on patrol_entries for all to gongguan_owner using (true) with check (true);

create policy backup_select on patrol_entries for select to gongguan_backup using (true);

grant select on patrol_entries to gongguan_backup;

create policy app_select on patrol_entries for select to gongguan_app using (county_id = county());

grant select on patrol_entries to gongguan_app;

create policy app_insert on patrol_entries for insert to gongguan_app with check (county_id = county() and township_id = me());

grant insert on patrol_entries to gongguan_app;

alter table person_name_endings enable row level security;

alter table person_name_endings force row level security;

create policy owner_all on person_name_endings for all to gongguan_owner using (true) with check (true);

create policy backup_select on person_name_endings for select to gongguan_backup using (true);

grant select on person_name_endings to gongguan_backup;

create policy app_select on person_name_endings for select to gongguan_app using (county_id = county());

grant select on person_name_endings to gongguan_app;

create policy app_insert on person_name_endings for insert to gongguan_app with check (county_id = county() and home_id = me());

grant insert on person_name_endings to gongguan_app;

alter table personal_data enable row level security;

alter table personal_data force row level security;

create policy owner_all on personal_data for all to gongguan_owner using (true) with check (true);

create policy backup_select on personal_data for select to gongguan_backup using (true);

grant select on personal_data to gongguan_backup;

create policy app_select on personal_data for select to gongguan_app using (county_id = county() and home_id = me());

grant select on personal_data to gongguan_app;

create policy app_insert on personal_data for insert to gongguan_app with check (county_id = county() and home_id = me());

grant insert on personal_data to gongguan_app;

create policy app_update on personal_data for update to gongguan_app using (county_id = county() and home_id = me()) with check (county_id = county() and home_id = me());

grant update (person_id, kind, version, masked, key_id, sealed, digest, recorded_by, recorded_at) on personal_data to gongguan_app;

create policy app_delete on personal_data for delete to gongguan_app using (county_id = county() and home_id = me());

grant delete on personal_data to gongguan_app;

alter table qualifications enable row level security;

alter table qualifications force row level security;

create policy owner_all on qualifications for all to gongguan_owner using (true) with check (true);

create policy backup_select on qualifications for select to gongguan_backup using (true);

grant select on qualifications to gongguan_backup;

create policy app_select on qualifications for select to gongguan_app using (county_id = county() and case when home_id = me() or county_id = overseen() then true else false end);

grant select on qualifications to gongguan_app;

create policy app_insert on qualifications for insert to gongguan_app with check (county_id = county() and home_id = me());

grant insert on qualifications to gongguan_app;

alter table referral_articles enable row level security;

alter table referral_articles force row level security;

create policy owner_all on referral_articles for all to gongguan_owner using (true) with check (true);

create policy backup_select on referral_articles for select to gongguan_backup using (true);

grant select on referral_articles to gongguan_backup;

create policy app_select on referral_articles for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on referral_articles to gongguan_app;

create policy app_insert on referral_articles for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on referral_articles to gongguan_app;

create policy app_update on referral_articles for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (referral_id, to_id, overseen_id, name, quantity, unit, disposed_on, proceeds, note, listed_at) on referral_articles to gongguan_app;

create policy app_delete on referral_articles for delete to gongguan_app using (county_id = county() and from_id = me() and to_id is null);

grant delete on referral_articles to gongguan_app;

alter table referral_events enable row level security;

alter table referral_events force row level security;

create policy owner_all on referral_events for all to gongguan_owner using (true) with check (true);

create policy backup_select on referral_events for select to gongguan_backup using (true);

grant select on referral_events to gongguan_backup;

create policy app_select on referral_events for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on referral_events to gongguan_app;

create policy app_insert on referral_events for insert to gongguan_app with check (county_id = county() and by_tenant_id = me());

grant insert on referral_events to gongguan_app;

create policy app_delete on referral_events for delete to gongguan_app using (county_id = county() and by_tenant_id = me() and to_id is null);

grant delete on referral_events to gongguan_app;

alter table referral_materials enable row level security;

alter table referral_materials force row level security;

create policy owner_all on referral_materials for all to gongguan_owner using (true) with check (true);

create policy backup_select on referral_materials for select to gongguan_backup using (true);

grant select on referral_materials to gongguan_backup;

create policy app_select on referral_materials for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on referral_materials to gongguan_app;

create policy app_insert on referral_materials for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on referral_materials to gongguan_app;

create policy app_update on referral_materials for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (referral_id, to_id, admitted_id, overseen_id, kind, title, file_id, name, media_type, size, sha256, attached_at) on referral_materials to gongguan_app;

create policy app_delete on referral_materials for delete to gongguan_app using (county_id = county() and from_id = me() and to_id is null);

grant delete on referral_materials to gongguan_app;

alter table referral_notes enable row level security;

alter table referral_notes force row level security;

create policy owner_all on referral_notes for all to gongguan_owner using (true) with check (true);

create policy backup_select on referral_notes for select to gongguan_backup using (true);

grant select on referral_notes to gongguan_backup;

create policy app_select on referral_notes for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on referral_notes to gongguan_app;

create policy app_insert on referral_notes for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on referral_notes to gongguan_app;

alter table secondments enable row level security;

alter table secondments force row level security;

create policy owner_all on secondments for all to gongguan_owner using (true) with check (true);

create policy backup_select on secondments for select to gongguan_backup using (true);

grant select on secondments to gongguan_backup;

create policy app_select on secondments for select to gongguan_app using (county_id = county() and case when home_id = me() or host_id = me() or county_id = overseen() then true else false end);

grant select on secondments to gongguan_app;

create policy worker_select on secondments for select to gongguan_worker using (true);

grant select on secondments to gongguan_worker;

create policy app_insert on secondments for insert to gongguan_app with check (county_id = county() and home_id = me());

grant insert on secondments to gongguan_app;

create policy app_update on secondments for update to gongguan_app using (county_id = county() and (home_id = me() or host_id = me())) with check (county_id = county() and (home_id = me() or host_id = me()));

grant update (until, counted_since, version, ended_reason, ended_by, ended_at) on secondments to gongguan_app;

alter table staff_entries enable row level security;

alter table staff_entries force row level security;

create policy owner_all on staff_entries for all to gongguan_owner using (true) with check (true);

create policy backup_select on staff_entries for select to gongguan_backup using (true);

grant select on staff_entries to gongguan_backup;

create policy app_select on staff_entries for select to gongguan_app using (county_id = county() and case when home_id = me() or county_id = overseen() then true else false end);

grant select on staff_entries to gongguan_app;

create policy app_insert on staff_entries for insert to gongguan_app with check (county_id = county() and home_id = me());

grant insert on staff_entries to gongguan_app;

create policy app_update on staff_entries for update to gongguan_app using (county_id = county() and home_id = me()) with check (county_id = county() and home_id = me());

grant update (unit_id, register, establishment, post, rank, until, ended_reason, version) on staff_entries to gongguan_app;

alter table capacities enable row level security;

alter table capacities force row level security;

create policy owner_all on capacities for all to gongguan_owner using (true) with check (true);

create policy backup_select on capacities for select to gongguan_backup using (true);

grant select on capacities to gongguan_backup;

create policy app_select on capacities for select to gongguan_app using (county_id = county() and (tenant_id = me() or person_id = person() or granted_by_id = me()));

grant select on capacities to gongguan_app;

create policy worker_select on capacities for select to gongguan_worker using (true);

grant select on capacities to gongguan_worker;

create policy app_insert on capacities for insert to gongguan_app with check (county_id = county() and granted_by_id = me());

grant insert on capacities to gongguan_app;

create policy app_update on capacities for update to gongguan_app using (county_id = county() and (tenant_id = me() or granted_by_id = me())) with check (county_id = county() and (tenant_id = me() or granted_by_id = me()));

grant update (until) on capacities to gongguan_app;

alter table certificate_changes enable row level security;

alter table certificate_changes force row level security;

create policy owner_all on certificate_changes for all to gongguan_owner using (true) with check (true);

create policy backup_select on certificate_changes for select to gongguan_backup using (true);

grant select on certificate_changes to gongguan_backup;

create policy app_select on certificate_changes for select to gongguan_app using (county_id = county() and case when home_id = me() or issuer_id = me() or person_id = person() or county_id = overseen() then true else false end);

grant select on certificate_changes to gongguan_app;

create policy app_insert on certificate_changes for insert to gongguan_app with check (county_id = county() and (home_id = me() or issuer_id = me()));

grant insert on certificate_changes to gongguan_app;

alter table consultations enable row level security;

alter table consultations force row level security;

create policy owner_all on consultations for all to gongguan_owner using (true) with check (true);

create policy backup_select on consultations for select to gongguan_backup using (true);

grant select on consultations to gongguan_backup;

create policy app_select on consultations for select to gongguan_app using (county_id = county() and case when home_id = me() or host_id = me() or county_id = overseen() then true else false end);

grant select on consultations to gongguan_app;

create policy app_insert on consultations for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on consultations to gongguan_app;

create policy app_update on consultations for update to gongguan_app using (county_id = county() and (home_id = me() or host_id = me())) with check (county_id = county() and (home_id = me() or host_id = me()));

grant update (state, version, answer, reasons, answered_by, answered_for, answered_at, closed_by, closed_for, closed_at) on consultations to gongguan_app;

alter table disciplinary_cases enable row level security;

alter table disciplinary_cases force row level security;

create policy owner_all on disciplinary_cases for all to gongguan_owner using (true) with check (true);

create policy backup_select on disciplinary_cases for select to gongguan_backup using (true);

grant select on disciplinary_cases to gongguan_backup;

create policy app_select on disciplinary_cases for select to gongguan_app using (county_id = county() and case when inquirer_id = me() or copied_id = me() or concerned_id = person() or county_id = overseen() then true else false end);

grant select on disciplinary_cases to gongguan_app;

create policy app_insert on disciplinary_cases for insert to gongguan_app with check (county_id = county() and inquirer_id = me());

grant insert on disciplinary_cases to gongguan_app;

create policy app_update on disciplinary_cases for update to gongguan_app using (county_id = county() and (inquirer_id = me() or copied_id = me())) with check (county_id = county() and (inquirer_id = me() or copied_id = me()));

grant update (copied_id, inquired_id, concerned_id, state, version, subject, facts, dropped_because, finding, measure, measure_now, benefits_from, benefits_until, concluded_by, concluded_for, concluded_at, review_until, review_reasons, review_asked_at, outcome, review_answer, reviewed_by, reviewed_for, reviewed_at) on disciplinary_cases to gongguan_app;

alter table empowered_items enable row level security;

alter table empowered_items force row level security;

create policy owner_all on empowered_items for all to gongguan_owner using (true) with check (true);

create policy backup_select on empowered_items for select to gongguan_backup using (true);

grant select on empowered_items to gongguan_backup;

create policy app_select on empowered_items for select to gongguan_app using (county_id = county());

grant select on empowered_items to gongguan_app;

create policy app_insert on empowered_items for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on empowered_items to gongguan_app;

alter table empowerment_acceptances enable row level security;

alter table empowerment_acceptances force row level security;

create policy owner_all on empowerment_acceptances for all to gongguan_owner using (true) with check (true);

create policy backup_select on empowerment_acceptances for select to gongguan_backup using (true);

grant select on empowerment_acceptances to gongguan_backup;

create policy app_select on empowerment_acceptances for select to gongguan_app using (county_id = county());

grant select on empowerment_acceptances to gongguan_app;

create policy app_insert on empowerment_acceptances for insert to gongguan_app with check (county_id = county() and township_id = me());

grant insert on empowerment_acceptances to gongguan_app;

alter table entrustment_ends enable row level security;

alter table entrustment_ends force row level security;

create policy owner_all on entrustment_ends for all to gongguan_owner using (true) with check (true);

create policy backup_select on entrustment_ends for select to gongguan_backup using (true);

grant select on entrustment_ends to gongguan_backup;

create policy app_select on entrustment_ends for select to gongguan_app using (county_id = county());

grant select on entrustment_ends to gongguan_app;

create policy app_insert on entrustment_ends for insert to gongguan_app with check (county_id = county() and department_id = me());

grant insert on entrustment_ends to gongguan_app;

alter table item_name_endings enable row level security;

alter table item_name_endings force row level security;

create policy owner_all on item_name_endings for all to gongguan_owner using (true) with check (true);

create policy backup_select on item_name_endings for select to gongguan_backup using (true);

grant select on item_name_endings to gongguan_backup;

create policy app_select on item_name_endings for select to gongguan_app using (county_id = county());

grant select on item_name_endings to gongguan_app;

create policy app_insert on item_name_endings for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on item_name_endings to gongguan_app;

alter table assessments enable row level security;

alter table assessments force row level security;

create policy owner_all on assessments for all to gongguan_owner using (true) with check (true);

create policy backup_select on assessments for select to gongguan_backup using (true);

grant select on assessments to gongguan_backup;

create policy app_select on assessments for select to gongguan_app using (county_id = county());

grant select on assessments to gongguan_app;

create policy app_insert on assessments for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on assessments to gongguan_app;

alter table assignments enable row level security;

alter table assignments force row level security;

create policy owner_all on assignments for all to gongguan_owner using (true) with check (true);

create policy backup_select on assignments for select to gongguan_backup using (true);

grant select on assignments to gongguan_backup;

create policy app_select on assignments for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on assignments to gongguan_app;

create policy app_insert on assignments for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on assignments to gongguan_app;

create policy app_update on assignments for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (subject_kind, subject_id, unit_id, capacity_id, person_id, claimed_at, since) on assignments to gongguan_app;

create policy app_delete on assignments for delete to gongguan_app using (county_id = county() and owner_id = me());

grant delete on assignments to gongguan_app;

alter table exports enable row level security;

alter table exports force row level security;

create policy owner_all on exports for all to gongguan_owner using (true) with check (true);

create policy backup_select on exports for select to gongguan_backup using (true);

grant select on exports to gongguan_backup;

create policy app_select on exports for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on exports to gongguan_app;

create policy worker_select on exports for select to gongguan_worker using (true);

grant select on exports to gongguan_worker;

create policy app_insert on exports for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on exports to gongguan_app;

create policy app_update on exports for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (capacity_id, person_id, session_id, ledger, wanted, sort, shown, language, state, attempt, held_until, rows_done, rows_total, requested_at, started_at, finished_at, problem, file_name, size, sha256, expires_at, cleared_at) on exports to gongguan_app;

create policy worker_update on exports for update to gongguan_worker using (true) with check (true);

grant update (capacity_id, person_id, session_id, ledger, wanted, sort, shown, language, state, attempt, held_until, rows_done, rows_total, requested_at, started_at, finished_at, problem, file_name, size, sha256, expires_at, cleared_at) on exports to gongguan_worker;

alter table liaisons enable row level security;

alter table liaisons force row level security;

create policy owner_all on liaisons for all to gongguan_owner using (true) with check (true);

create policy backup_select on liaisons for select to gongguan_backup using (true);

grant select on liaisons to gongguan_backup;

create policy app_select on liaisons for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or county_id = overseen() then true else false end);

grant select on liaisons to gongguan_app;

create policy app_insert on liaisons for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on liaisons to gongguan_app;

create policy app_update on liaisons for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (to_id, unit_id, capacity_id, person_id, version, since, succeeds_id, handover, named_by, named_at, ends_on, ended_reason, ended_by, ended_at) on liaisons to gongguan_app;

alter table notifications enable row level security;

alter table notifications force row level security;

create policy owner_all on notifications for all to gongguan_owner using (true) with check (true);

create policy backup_select on notifications for select to gongguan_backup using (true);

grant select on notifications to gongguan_backup;

create policy app_select on notifications for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on notifications to gongguan_app;

create policy worker_select on notifications for select to gongguan_worker using (true);

grant select on notifications to gongguan_worker;

create policy worker_insert on notifications for insert to gongguan_worker with check (true);

grant insert on notifications to gongguan_worker;

create policy app_update on notifications for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (capacity_id, person_id, number, announcement_id, kind, subject_kind, subject_id, facts, announced_at, read_at) on notifications to gongguan_app;

alter table recalls enable row level security;

alter table recalls force row level security;

create policy owner_all on recalls for all to gongguan_owner using (true) with check (true);

create policy backup_select on recalls for select to gongguan_backup using (true);

grant select on recalls to gongguan_backup;

create policy app_select on recalls for select to gongguan_app using (county_id = county());

grant select on recalls to gongguan_app;

create policy app_insert on recalls for insert to gongguan_app with check (county_id = county() and by_id = me());

grant insert on recalls to gongguan_app;

alter table substitutions enable row level security;

alter table substitutions force row level security;

create policy owner_all on substitutions for all to gongguan_owner using (true) with check (true);

create policy backup_select on substitutions for select to gongguan_backup using (true);

grant select on substitutions to gongguan_backup;

create policy app_select on substitutions for select to gongguan_app using (county_id = county() and owner_id = me());

grant select on substitutions to gongguan_app;

create policy worker_select on substitutions for select to gongguan_worker using (true);

grant select on substitutions to gongguan_worker;

create policy app_insert on substitutions for insert to gongguan_app with check (county_id = county() and owner_id = me());

grant insert on substitutions to gongguan_app;

create policy app_update on substitutions for update to gongguan_app using (county_id = county() and owner_id = me()) with check (county_id = county() and owner_id = me());

grant update (absent_id, substitute_id, roles, since, until, reason, version, appointed_by, appointed_at, ended_by, ended_at) on substitutions to gongguan_app;

alter table supervision_notes enable row level security;

alter table supervision_notes force row level security;

create policy owner_all on supervision_notes for all to gongguan_owner using (true) with check (true);

create policy backup_select on supervision_notes for select to gongguan_backup using (true);

grant select on supervision_notes to gongguan_backup;

create policy app_select on supervision_notes for select to gongguan_app using (county_id = county() and case when from_id = me() or to_id = me() or overseen_id = overseen() then true else false end);

grant select on supervision_notes to gongguan_app;

create policy app_insert on supervision_notes for insert to gongguan_app with check (county_id = county() and from_id = me());

grant insert on supervision_notes to gongguan_app;

create policy app_update on supervision_notes for update to gongguan_app using (county_id = county() and (from_id = me() or to_id = me())) with check (county_id = county() and (from_id = me() or to_id = me()));

grant update (addressee_id, to_id, overseen_id, state, version, began_on, kind, empowerment_id, item_id, arose_on, subject, facts, request, order_number, drafted_by, created_at, sent_by, sent_for, sent_at, letter_number, acknowledged_by, acknowledged_at, answer, answered_by, answered_for, answered_at) on supervision_notes to gongguan_app;
