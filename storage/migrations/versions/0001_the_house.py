"""The house"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import append_only, base, four_eyes


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('login', sa.String(length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("language IN ('ja', 'en')", name=op.f('ck_account_language')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('login', name=op.f('uq_account_login'))
    )
    op.create_table('audit_entry',
    sa.Column('chain', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', base.Moment(length=27), nullable=False),
    sa.Column('actor', sa.String(length=40), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=40), nullable=False),
    sa.Column('detail', base.CanonicalJson(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('prev', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('chain', 'seq', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_subject', ['subject_id', 'subject_type'], unique=False)

    op.create_table('audit_head',
    sa.Column('chain', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.CheckConstraint('chain >= 0 AND chain < 16', name=op.f('ck_audit_head_chain')),
    sa.PrimaryKeyConstraint('chain', name=op.f('pk_audit_head'))
    )
    op.create_table('calibration',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('synthetic', sa.Boolean(), nullable=False),
    sa.Column('target', sa.Double(), nullable=False),
    sa.Column('model', sa.Text(), nullable=False),
    sa.Column('thresholds', base.JSON_TYPE, nullable=False),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('target > 0 AND target < 1', name=op.f('ck_calibration_target')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calibration')),
    sa.UniqueConstraint('version', name=op.f('uq_calibration_version'))
    )
    op.create_table('counter',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'period', name=op.f('pk_counter'))
    )
    op.create_table('installation',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('training', sa.Boolean(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_installation_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installation'))
    )
    op.create_table('job',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('not_before', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=True),
    sa.Column('worker', sa.String(length=40), nullable=True),
    sa.Column('lease_until', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('again', sa.Boolean(), nullable=False),
    sa.Column('error', base.JSON_TYPE, nullable=True),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'leased') = (lease_until IS NOT NULL)", name=op.f('ck_job_lease')),
    sa.CheckConstraint("(state = 'leased') = (token IS NOT NULL)", name=op.f('ck_job_token')),
    sa.CheckConstraint("state IN ('ready', 'leased', 'done', 'poison')", name=op.f('ck_job_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_claim', ['state', 'priority', 'due_on', 'created_at'], unique=False)
        batch_op.create_index('uq_job_open', ['stage', 'subject_id'], unique=True, sqlite_where=sa.text("state IN ('ready', 'leased')"), postgresql_where=sa.text("state IN ('ready', 'leased')"))

    op.create_table('office',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('ref', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('pref_code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('zip', sa.String(length=40), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('tel', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office')),
    sa.UniqueConstraint('ref', name=op.f('uq_office_ref'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=32), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('topic', 'subject_id', name=op.f('uq_outbox_topic_subject_id'))
    )
    op.create_table('person',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('name_kana', sa.LargeBinary(), nullable=False),
    sa.Column('name_kanji', sa.LargeBinary(), nullable=False),
    sa.Column('birth', sa.LargeBinary(), nullable=False),
    sa.Column('sex', sa.LargeBinary(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_table('search_token',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=40), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.CheckConstraint("owner IN ('subject', 'person')", name=op.f('ck_search_token_owner')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_token')),
    sa.UniqueConstraint('kind', 'token', 'owner', 'owner_id', name=op.f('uq_search_token_kind_token_owner_owner_id'))
    )
    with op.batch_alter_table('search_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_token_owner_id'), ['owner_id'], unique=False)

    op.create_table('wrapped_key',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('master', sa.Text(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('destroyed_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("scope IN ('batch', 'filing', 'installation', 'index')", name=op.f('ck_wrapped_key_scope')),
    sa.CheckConstraint('(wrapped IS NULL) = (destroyed_at IS NOT NULL)', name=op.f('ck_wrapped_key_destroyed')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wrapped_key'))
    )
    with op.batch_alter_table('wrapped_key', schema=None) as batch_op:
        batch_op.create_index('uq_wrapped_key_single', ['scope'], unique=True, sqlite_where=sa.text("scope IN ('installation', 'index')"), postgresql_where=sa.text("scope IN ('installation', 'index')"))

    op.create_table('access_log',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.String(length=32), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('route', sa.Text(), nullable=False),
    sa.Column('ids', base.JSON_TYPE, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_access_log_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_log'))
    )
    with op.batch_alter_table('access_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_log_user_id'), ['user_id'], unique=False)

    op.create_table('account_role',
    sa.Column('user_id', sa.String(length=32), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.CheckConstraint("role IN ('reception', 'keyer', 'contractor', 'reviewer', 'approver', 'supervisor', 'inspector', 'auditor', 'admin', 'client')", name=op.f('ck_account_role_role')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_account_role_user_id')),
    sa.PrimaryKeyConstraint('user_id', 'role', name=op.f('pk_account_role'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.String(length=32), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_api_token_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token'))
    )
    op.create_table('batch',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('key_id', sa.String(length=32), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('received_basis', sa.String(length=40), nullable=False),
    sa.Column('received_site', sa.Text(), nullable=False),
    sa.Column('declared_pieces', sa.Integer(), nullable=True),
    sa.Column('declared_pages', sa.Integer(), nullable=True),
    sa.Column('count_accepted', sa.Text(), nullable=True),
    sa.Column('sender', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(length=32), nullable=True),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("channel IN ('paper', 'media', 'efiling')", name=op.f('ck_batch_channel')),
    sa.CheckConstraint("received_basis IN ('stamp', 'entered', 'efiled')", name=op.f('ck_batch_received_basis')),
    sa.CheckConstraint("state IN ('open', 'closed', 'held', 'released')", name=op.f('ck_batch_state')),
    sa.ForeignKeyConstraint(['created_by'], ['account.id'], name=op.f('fk_batch_created_by')),
    sa.ForeignKeyConstraint(['key_id'], ['wrapped_key.id'], name=op.f('fk_batch_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch')),
    sa.UniqueConstraint('number', name=op.f('uq_batch_number'))
    )
    op.create_table('blob',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('key_id', sa.String(length=32), nullable=False),
    sa.Column('wrapped_dek', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['key_id'], ['wrapped_key.id'], name=op.f('fk_blob_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blob'))
    )
    with op.batch_alter_table('blob', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_blob_fingerprint'), ['fingerprint'], unique=False)

    op.create_table('idempotency_key',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.String(length=32), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('request_hash', sa.Text(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('headers', base.JSON_TYPE, nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_idempotency_key_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotency_key')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_idempotency_key_user_id_key'))
    )
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idempotency_key_created_at'), ['created_at'], unique=False)

    op.create_table('person_name',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('name_kana', sa.LargeBinary(), nullable=False),
    sa.Column('name_kanji', sa.LargeBinary(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_name_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_name'))
    )
    with op.batch_alter_table('person_name', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_name_person_id'), ['person_id'], unique=False)

    op.create_table('trust_event',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('calibration_id', sa.String(length=32), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('classes', base.JSON_TYPE, nullable=False),
    sa.Column('share', sa.Double(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.String(length=40), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(action = 'activate') = (share IS NOT NULL)", name=op.f('ck_trust_event_share')),
    sa.CheckConstraint("action IN ('activate', 'on', 'off', 'alarm')", name=op.f('ck_trust_event_action')),
    sa.CheckConstraint('share IS NULL OR (share > 0 AND share <= 1)', name=op.f('ck_trust_event_share_range')),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_trust_event_calibration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trust_event')),
    sa.UniqueConstraint('n', name=op.f('uq_trust_event_n'))
    )
    op.create_table('web_session',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.String(length=32), nullable=False),
    sa.Column('csrf', sa.Text(), nullable=False),
    sa.Column('continued_from', sa.String(length=32), nullable=True),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_web_session_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_session'))
    )
    op.create_table('batch_file',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('blob_id', sa.String(length=32), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('error_code', sa.String(length=40), nullable=True),
    sa.Column('error', base.JSON_TYPE, nullable=True),
    sa.Column('rescan_of', sa.String(length=32), nullable=True),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'refused') = (error_code IS NOT NULL)", name=op.f('ck_batch_file_refused')),
    sa.CheckConstraint("state IN ('received', 'decoded', 'refused')", name=op.f('ck_batch_file_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_file_batch_id')),
    sa.ForeignKeyConstraint(['blob_id'], ['blob.id'], name=op.f('fk_batch_file_blob_id')),
    sa.ForeignKeyConstraint(['rescan_of'], ['batch_file.id'], name=op.f('fk_batch_file_rescan_of')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_file')),
    sa.UniqueConstraint('batch_id', 'seq', name=op.f('uq_batch_file_batch_id_seq'))
    )
    with op.batch_alter_table('batch_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_batch_file_batch_id'), ['batch_id'], unique=False)

    op.create_table('filing',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('key_id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('office_id', sa.String(length=32), nullable=True),
    sa.Column('office_ref', sa.String(length=40), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('refiles', sa.String(length=32), nullable=True),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('checked_n', sa.Integer(), nullable=True),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("channel IN ('paper', 'media', 'efiling')", name=op.f('ck_filing_channel')),
    sa.CheckConstraint("state IN ('keying', 'adjudicating', 'checking', 'reviewing', 'approving', 'held', 'returned', 'withdrawn', 'decided', 'noticed')", name=op.f('ck_filing_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_filing_batch_id')),
    sa.ForeignKeyConstraint(['key_id'], ['wrapped_key.id'], name=op.f('fk_filing_key_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_filing_office_id')),
    sa.ForeignKeyConstraint(['refiles'], ['filing.id'], name=op.f('fk_filing_refiles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filing')),
    sa.UniqueConstraint('number', name=op.f('uq_filing_number'))
    )
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_filing_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_filing_office_id'), ['office_id'], unique=False)
        batch_op.create_index('ix_filing_work', ['state', 'priority', 'due_on'], unique=False)

    op.create_table('misdirected',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=True),
    sa.Column('sender', sa.LargeBinary(), nullable=False),
    sa.Column('addressee', sa.LargeBinary(), nullable=False),
    sa.Column('isolated_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('forwarded_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('forwarded_to', sa.LargeBinary(), nullable=True),
    sa.Column('actor_id', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_misdirected_actor_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_misdirected_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_misdirected'))
    )
    op.create_table('receipt_date_change',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('before', sa.Date(), nullable=False),
    sa.Column('after', sa.Date(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('actor_id', sa.String(length=32), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_receipt_date_change_actor_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_receipt_date_change_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_date_change'))
    )
    with op.batch_alter_table('receipt_date_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipt_date_change_batch_id'), ['batch_id'], unique=False)

    op.create_table('custody_event',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('box', sa.Text(), nullable=False),
    sa.Column('shelf', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('file_id', sa.String(length=32), nullable=True),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('actor_id', sa.String(length=32), nullable=True),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("event IN ('received', 'scanned', 'stored', 'lent', 'returned', 'forwarded', 'destroyed')", name=op.f('ck_custody_event_event')),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_custody_event_actor_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_custody_event_batch_id')),
    sa.ForeignKeyConstraint(['file_id'], ['batch_file.id'], name=op.f('fk_custody_event_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custody_event'))
    )
    with op.batch_alter_table('custody_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_custody_event_batch_id'), ['batch_id'], unique=False)

    op.create_table('entry',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('open', 'blank', 'approved', 'posted', 'returned', 'withdrawn')", name=op.f('ck_entry_state')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_entry_filing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry')),
    sa.UniqueConstraint('filing_id', 'number', name=op.f('uq_entry_filing_id_number'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_filing_id'), ['filing_id'], unique=False)

    op.create_table('filing_actor',
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.String(length=32), nullable=False),
    sa.Column('side', sa.String(length=40), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("side IN ('input', 'review', 'approval')", name=op.f('ck_filing_actor_side')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_filing_actor_filing_id')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_filing_actor_user_id')),
    sa.PrimaryKeyConstraint('filing_id', 'user_id', name=op.f('pk_filing_actor'))
    )
    op.create_table('filing_version',
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('values', sa.LargeBinary(), nullable=False),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('actor_id', sa.String(length=32), nullable=True),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_filing_version_actor_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_filing_version_filing_id')),
    sa.PrimaryKeyConstraint('filing_id', 'n', name=op.f('pk_filing_version'))
    )
    op.create_table('machine_seen',
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.String(length=32), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_machine_seen_filing_id')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_machine_seen_user_id')),
    sa.PrimaryKeyConstraint('filing_id', 'user_id', name=op.f('pk_machine_seen'))
    )
    op.create_table('notice',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('office_id', sa.String(length=32), nullable=True),
    sa.Column('addressee', sa.LargeBinary(), nullable=False),
    sa.Column('addressee_token', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('blob_id', sa.String(length=32), nullable=True),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('issued_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['blob_id'], ['blob.id'], name=op.f('fk_notice_blob_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_notice_filing_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_notice_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('filing_id', 'kind', 'office_id', name=op.f('uq_notice_filing_id_kind_office_id')),
    sa.UniqueConstraint('number', name=op.f('uq_notice_number'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_filing_id'), ['filing_id'], unique=False)

    op.create_table('original',
    sa.Column('file_id', sa.String(length=32), nullable=False),
    sa.Column('box', sa.Text(), nullable=False),
    sa.Column('shelf', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('since', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['batch_file.id'], name=op.f('fk_original_file_id')),
    sa.PrimaryKeyConstraint('file_id', name=op.f('pk_original'))
    )
    op.create_table('page',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('file_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('image_id', sa.String(length=32), nullable=True),
    sa.Column('text_id', sa.String(length=32), nullable=True),
    sa.Column('turned', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('dpi', sa.Double(), nullable=True),
    sa.Column('facts', base.JSON_TYPE, nullable=True),
    sa.Column('error', base.JSON_TYPE, nullable=True),
    sa.CheckConstraint("state IN ('decoded', 'read', 'refused')", name=op.f('ck_page_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_page_batch_id')),
    sa.ForeignKeyConstraint(['file_id'], ['batch_file.id'], name=op.f('fk_page_file_id')),
    sa.ForeignKeyConstraint(['image_id'], ['blob.id'], name=op.f('fk_page_image_id')),
    sa.ForeignKeyConstraint(['text_id'], ['blob.id'], name=op.f('fk_page_text_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_page')),
    sa.UniqueConstraint('file_id', 'number', name=op.f('uq_page_file_id_number'))
    )
    with op.batch_alter_table('page', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_page_batch_id'), ['batch_id'], unique=False)

    op.create_table('settlement',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.Column('readings', base.JSON_TYPE, nullable=False),
    sa.Column('actor_id', sa.String(length=32), nullable=True),
    sa.Column('calibration_id', sa.String(length=32), nullable=True),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(basis = 'accepted') = (calibration_id IS NOT NULL)", name=op.f('ck_settlement_accepted')),
    sa.CheckConstraint("basis <> 'adjudicated' OR actor_id IS NOT NULL", name=op.f('ck_settlement_adjudicator')),
    sa.CheckConstraint("basis IN ('two_readings', 'adjudicated', 'accepted', 'filed', 'assigned')", name=op.f('ck_settlement_basis')),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_settlement_actor_id')),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_settlement_calibration_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_settlement_filing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_settlement'))
    )
    with op.batch_alter_table('settlement', schema=None) as batch_op:
        batch_op.create_index('uq_settlement_assigned', ['filing_id', 'field'], unique=True, sqlite_where=sa.text("basis = 'assigned'"), postgresql_where=sa.text("basis = 'assigned'"))
        batch_op.create_index('uq_settlement_read', ['filing_id', 'field', 'round'], unique=True, sqlite_where=sa.text("basis <> 'assigned'"), postgresql_where=sa.text("basis <> 'assigned'"))

    op.create_table('task',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('fields', base.JSON_TYPE, nullable=True),
    sa.Column('draft', sa.LargeBinary(), nullable=True),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('claimed_by', sa.String(length=32), nullable=True),
    sa.Column('claimed_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('created_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_by', sa.String(length=32), nullable=True),
    sa.Column('done_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name=op.f('ck_task_claimed')),
    sa.CheckConstraint("(state = 'done') = (done_by IS NOT NULL)", name=op.f('ck_task_done')),
    sa.CheckConstraint("state IN ('open', 'claimed', 'done', 'cancelled')", name=op.f('ck_task_state')),
    sa.CheckConstraint("step IN ('key', 'adjudicate', 'review', 'approve')", name=op.f('ck_task_step')),
    sa.ForeignKeyConstraint(['claimed_by'], ['account.id'], name=op.f('fk_task_claimed_by')),
    sa.ForeignKeyConstraint(['done_by'], ['account.id'], name=op.f('fk_task_done_by')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_task_filing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task'))
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_filing_id'), ['filing_id'], unique=False)
        batch_op.create_index('ix_task_queue', ['state', 'step', 'priority', 'due_on'], unique=False)
        batch_op.create_index('uq_task_open', ['filing_id', 'step', 'round'], unique=True, sqlite_where=sa.text("state IN ('open', 'claimed')"), postgresql_where=sa.text("state IN ('open', 'claimed')"))

    op.create_table('decision',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('entry_id', sa.String(length=32), nullable=True),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('reason_code', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.Column('fields', base.JSON_TYPE, nullable=True),
    sa.Column('actor_id', sa.String(length=32), nullable=False),
    sa.Column('filing_n', sa.Integer(), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome <> 'return' OR reason_code IS NOT NULL", name=op.f('ck_decision_reason_code')),
    sa.CheckConstraint("outcome IN ('pass', 'approve', 'send_back', 'return', 'hold', 'resume')", name=op.f('ck_decision_outcome')),
    sa.CheckConstraint("outcome NOT IN ('return', 'send_back', 'hold') OR reason IS NOT NULL", name=op.f('ck_decision_reason')),
    sa.CheckConstraint("step IN ('review', 'approve')", name=op.f('ck_decision_step')),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_decision_actor_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_decision_entry_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_decision_filing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_filing_id'), ['filing_id'], unique=False)

    op.create_table('duplicate',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('other_id', sa.String(length=32), nullable=False),
    sa.Column('entry_id', sa.String(length=32), nullable=True),
    sa.Column('other_entry_id', sa.String(length=32), nullable=True),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('holds', sa.Boolean(), nullable=False),
    sa.Column('decided_by', sa.String(length=32), nullable=True),
    sa.Column('decided_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("reason IN ('event', 'bytes')", name=op.f('ck_duplicate_reason')),
    sa.CheckConstraint("state IN ('open', 'distinct', 'same')", name=op.f('ck_duplicate_state')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_duplicate_decided_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_duplicate_entry_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_duplicate_filing_id')),
    sa.ForeignKeyConstraint(['other_entry_id'], ['entry.id'], name=op.f('fk_duplicate_other_entry_id')),
    sa.ForeignKeyConstraint(['other_id'], ['filing.id'], name=op.f('fk_duplicate_other_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duplicate')),
    sa.UniqueConstraint('entry_id', 'other_entry_id', 'reason', name=op.f('uq_duplicate_entry_id_other_entry_id_reason'))
    )
    with op.batch_alter_table('duplicate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duplicate_filing_id'), ['filing_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_duplicate_other_id'), ['other_id'], unique=False)

    op.create_table('entry_subject',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('entry_id', sa.String(length=32), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('link', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=True),
    sa.Column('decided_by', sa.String(length=32), nullable=True),
    sa.Column('decided_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('event_type', sa.String(length=40), nullable=True),
    sa.Column('event_date', sa.Date(), nullable=True),
    sa.CheckConstraint("(link = 'open') = (decided_by IS NULL)", name=op.f('ck_entry_subject_decided')),
    sa.CheckConstraint("link IN ('open', 'person', 'new')", name=op.f('ck_entry_subject_link')),
    sa.CheckConstraint("role IN ('self', 'insured', 'spouse', 'other0', 'other1')", name=op.f('ck_entry_subject_role')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_entry_subject_decided_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_subject_entry_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_entry_subject_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_subject')),
    sa.UniqueConstraint('entry_id', 'role', name=op.f('uq_entry_subject_entry_id_role'))
    )
    with op.batch_alter_table('entry_subject', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_subject_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index('ix_entry_subject_event', ['event_date', 'event_type'], unique=False)

    op.create_table('entry_version',
    sa.Column('entry_id', sa.String(length=32), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('values', sa.LargeBinary(), nullable=False),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('actor_id', sa.String(length=32), nullable=True),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_entry_version_actor_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_version_entry_id')),
    sa.PrimaryKeyConstraint('entry_id', 'n', name=op.f('pk_entry_version'))
    )
    op.create_table('finding',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('entry_id', sa.String(length=32), nullable=True),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('severity', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('fields', base.JSON_TYPE, nullable=False),
    sa.Column('message', sa.LargeBinary(), nullable=False),
    sa.Column('lacks', sa.Text(), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('fired', 'not_evaluable')", name=op.f('ck_finding_outcome')),
    sa.CheckConstraint("severity IN ('E', 'W', 'I')", name=op.f('ck_finding_severity')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_finding_entry_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_finding_filing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_filing_id'), ['filing_id'], unique=False)

    op.create_table('original_request',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('file_id', sa.String(length=32), nullable=False),
    sa.Column('requested_by', sa.String(length=32), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('requested_at', base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('handed_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('returned_at', base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['original.file_id'], name=op.f('fk_original_request_file_id')),
    sa.ForeignKeyConstraint(['requested_by'], ['account.id'], name=op.f('fk_original_request_requested_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_original_request'))
    )
    with op.batch_alter_table('original_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_original_request_file_id'), ['file_id'], unique=False)

    op.create_table('sheet',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('page_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=True),
    sa.Column('version', sa.String(length=40), nullable=True),
    sa.Column('turned', sa.Integer(), nullable=False),
    sa.Column('transform', base.JSON_TYPE, nullable=True),
    sa.Column('residual_mm', sa.Double(), nullable=True),
    sa.Column('separator', base.JSON_TYPE, nullable=True),
    sa.Column('under', base.JSON_TYPE, nullable=True),
    sa.Column('placed', base.JSON_TYPE, nullable=True),
    sa.Column('readings', sa.LargeBinary(), nullable=True),
    sa.Column('calibration_id', sa.String(length=32), nullable=True),
    sa.Column('reader', sa.String(length=40), nullable=True),
    sa.Column('error', base.JSON_TYPE, nullable=True),
    sa.Column('image_id', sa.String(length=32), nullable=True),
    sa.Column('filing_id', sa.String(length=32), nullable=True),
    sa.CheckConstraint("(state IN ('filed', 'attached')) = (filing_id IS NOT NULL)", name=op.f('ck_sheet_filed')),
    sa.CheckConstraint("readings IS NULL OR state = 'form'", name=op.f('ck_sheet_readings')),
    sa.CheckConstraint("state IN ('form', 'filed', 'unregistered', 'attachment', 'attached', 'separator', 'blank', 'refused')", name=op.f('ck_sheet_state')),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_sheet_batch_id')),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_sheet_calibration_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_sheet_filing_id')),
    sa.ForeignKeyConstraint(['image_id'], ['blob.id'], name=op.f('fk_sheet_image_id')),
    sa.ForeignKeyConstraint(['page_id'], ['page.id'], name=op.f('fk_sheet_page_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet')),
    sa.UniqueConstraint('page_id', 'number', name=op.f('uq_sheet_page_id_number'))
    )
    with op.batch_alter_table('sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sheet_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sheet_filing_id'), ['filing_id'], unique=False)
        batch_op.create_index('uq_sheet_filed_form', ['filing_id', 'page_id', 'number'], unique=True)

    op.create_table('candidate',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('subject_id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('explanation', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_candidate_person_id')),
    sa.ForeignKeyConstraint(['subject_id'], ['entry_subject.id'], name=op.f('fk_candidate_subject_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate')),
    sa.UniqueConstraint('subject_id', 'person_id', 'n', name=op.f('uq_candidate_subject_id_person_id_n'))
    )
    with op.batch_alter_table('candidate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_candidate_subject_id'), ['subject_id'], unique=False)

    op.create_table('posting',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('entry_id', sa.String(length=32), nullable=False),
    sa.Column('decision_id', sa.String(length=32), nullable=False),
    sa.Column('entry_n', sa.Integer(), nullable=False),
    sa.Column('changes', base.JSON_TYPE, nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_posting_decision_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_posting_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_posting_entry_id'))
    )
    op.create_table('reading',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('sheet_id', sa.String(length=32), nullable=True),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('user_id', sa.String(length=32), nullable=True),
    sa.Column('engine', sa.String(length=40), nullable=True),
    sa.Column('engine_version', sa.String(length=40), nullable=True),
    sa.Column('family', sa.String(length=40), nullable=True),
    sa.Column('raw', sa.LargeBinary(), nullable=True),
    sa.Column('value', sa.LargeBinary(), nullable=True),
    sa.Column('blank', sa.Boolean(), nullable=False),
    sa.Column('struck', sa.Boolean(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('confidence', sa.Double(), nullable=True),
    sa.Column('calibration_id', sa.String(length=32), nullable=True),
    sa.Column('facts', base.JSON_TYPE, nullable=True),
    sa.Column('reader', sa.String(length=40), nullable=True),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('box', base.JSON_TYPE, nullable=True),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(source = 'engine') = (engine IS NOT NULL)", name=op.f('ck_reading_engine')),
    sa.CheckConstraint("(source = 'person') = (user_id IS NOT NULL)", name=op.f('ck_reading_person')),
    sa.CheckConstraint("source IN ('engine', 'person')", name=op.f('ck_reading_source')),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_reading_calibration_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_reading_filing_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_reading_sheet_id')),
    sa.ForeignKeyConstraint(['user_id'], ['account.id'], name=op.f('fk_reading_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading'))
    )
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.create_index('ix_reading_field', ['filing_id', 'field', 'round'], unique=False)
        batch_op.create_index('uq_reading_person', ['filing_id', 'field', 'round', 'user_id'], unique=True, sqlite_where=sa.text('user_id IS NOT NULL'), postgresql_where=sa.text('user_id IS NOT NULL'))

    op.create_table('address',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('zip', sa.LargeBinary(), nullable=False),
    sa.Column('address', sa.LargeBinary(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('posting_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_address_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_address_posting_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address'))
    )
    with op.batch_alter_table('address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_person_id'), ['person_id'], unique=False)

    op.create_table('dependant_period',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('insured_id', sa.String(length=32), nullable=False),
    sa.Column('office_id', sa.String(length=32), nullable=True),
    sa.Column('relation', sa.String(length=40), nullable=False),
    sa.Column('began_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(length=40), nullable=True),
    sa.Column('supersedes', sa.String(length=32), nullable=True),
    sa.Column('details', sa.LargeBinary(), nullable=True),
    sa.Column('posting_id', sa.String(length=32), nullable=True),
    sa.Column('end_posting_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['end_posting_id'], ['posting.id'], name=op.f('fk_dependant_period_end_posting_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['insured_id'], ['person.id'], name=op.f('fk_dependant_period_insured_id')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_dependant_period_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_dependant_period_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_dependant_period_posting_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['supersedes'], ['dependant_period.id'], name=op.f('fk_dependant_period_supersedes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dependant_period'))
    )
    with op.batch_alter_table('dependant_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dependant_period_insured_id'), ['insured_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dependant_period_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_dependant_open', ['person_id'], unique=True, sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))

    op.create_table('inspection',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('calibration_id', sa.String(length=32), nullable=False),
    sa.Column('filing_id', sa.String(length=32), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('field_class', sa.String(length=40), nullable=False),
    sa.Column('reading_id', sa.String(length=32), nullable=False),
    sa.Column('probability', sa.Double(), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('probability > 0 AND probability <= 1', name=op.f('ck_inspection_probability')),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_inspection_calibration_id')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_inspection_filing_id')),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_inspection_reading_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection')),
    sa.UniqueConstraint('filing_id', 'field', name=op.f('uq_inspection_filing_id_field'))
    )
    op.create_table('insurance_period',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('office_id', sa.String(length=32), nullable=False),
    sa.Column('insured_no', sa.Integer(), nullable=False),
    sa.Column('acquired_on', sa.Date(), nullable=False),
    sa.Column('lost_on', sa.Date(), nullable=True),
    sa.Column('over70_only', sa.Boolean(), nullable=False),
    sa.Column('short_time', sa.Boolean(), nullable=False),
    sa.Column('posting_id', sa.String(length=32), nullable=True),
    sa.CheckConstraint('insured_no BETWEEN 1 AND 999999', name=op.f('ck_insurance_period_insured_no')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_insurance_period_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_insurance_period_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_insurance_period_posting_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_insurance_period')),
    sa.UniqueConstraint('office_id', 'insured_no', name=op.f('uq_insurance_period_office_id_insured_no'))
    )
    with op.batch_alter_table('insurance_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_insurance_period_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_period_open', ['person_id', 'office_id'], unique=True, sqlite_where=sa.text('lost_on IS NULL'), postgresql_where=sa.text('lost_on IS NULL'))

    op.create_table('number_link',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('number', sa.LargeBinary(), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('posting_id', sa.String(length=32), nullable=True),
    sa.CheckConstraint("kind IN ('my_number', 'bpn')", name=op.f('ck_number_link_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_number_link_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_number_link_posting_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_link')),
    sa.UniqueConstraint('kind', 'token', name=op.f('uq_number_link_kind_token'))
    )
    with op.batch_alter_table('number_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_number_link_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_number_link_token', ['token'], unique=False)

    op.create_table('third_category_period',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('spouse_id', sa.String(length=32), nullable=False),
    sa.Column('began_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('posting_id', sa.String(length=32), nullable=True),
    sa.Column('end_posting_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['end_posting_id'], ['posting.id'], name=op.f('fk_third_category_period_end_posting_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_third_category_period_person_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_third_category_period_posting_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['spouse_id'], ['person.id'], name=op.f('fk_third_category_period_spouse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_third_category_period'))
    )
    with op.batch_alter_table('third_category_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_third_category_period_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_third_open', ['person_id'], unique=True, sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))

    op.create_table('inspection_label',
    sa.Column('inspection_id', sa.String(length=32), nullable=False),
    sa.Column('calibration_id', sa.String(length=32), nullable=False),
    sa.Column('field_class', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('is_right', sa.Boolean(), nullable=False),
    sa.Column('adjudicated', sa.Boolean(), nullable=False),
    sa.Column('evidence', sa.Double(), nullable=False),
    sa.Column('at', base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['calibration_id'], ['calibration.id'], name=op.f('fk_inspection_label_calibration_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspection.id'], name=op.f('fk_inspection_label_inspection_id')),
    sa.PrimaryKeyConstraint('inspection_id', name=op.f('pk_inspection_label')),
    sa.UniqueConstraint('calibration_id', 'field_class', 'n', name=op.f('uq_inspection_label_calibration_id_field_class_n'))
    )
    op.create_table('remuneration',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('period_id', sa.String(length=32), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('monthly', sa.LargeBinary(), nullable=False),
    sa.Column('standard_health', sa.LargeBinary(), nullable=False),
    sa.Column('standard_pension', sa.LargeBinary(), nullable=False),
    sa.Column('posting_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['period_id'], ['insurance_period.id'], name=op.f('fk_remuneration_period_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_remuneration_posting_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remuneration'))
    )
    with op.batch_alter_table('remuneration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_remuneration_period_id'), ['period_id'], unique=False)


    # what no table definition says: the first heads, and the triggers
    dialect = op.get_bind().dialect.name
    op.execute(append_only.first_heads())
    for statement in (*append_only.statements(dialect), *four_eyes.statements(dialect)):
        op.execute(sa.text(statement.replace(":", r"\:")))
