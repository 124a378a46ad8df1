-- One text for SQLite and PostgreSQL: TEXT and BIGINT only, times in milliseconds since 1970, flags 0/1,
-- nothing nullable ('' and 0 stand for "none": a typed NULL can't be bound alike on both).

CREATE TABLE team (
    name TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE team_member (
    team TEXT NOT NULL REFERENCES team (name) ON DELETE CASCADE,
    user_name TEXT NOT NULL,
    PRIMARY KEY (team, user_name)
);

CREATE TABLE environment (
    name TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    cluster TEXT NOT NULL,
    namespace TEXT NOT NULL,
    team TEXT NOT NULL REFERENCES team (name),
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE UNIQUE INDEX environment_place ON environment (cluster, namespace);

CREATE TABLE service (
    name TEXT NOT NULL PRIMARY KEY,
    team TEXT NOT NULL REFERENCES team (name),
    chart_repository TEXT NOT NULL,
    chart_name TEXT NOT NULL,
    default_values TEXT NOT NULL, -- JSON: kind of environment -> YAML text
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

-- An operation outlives the service and environment it was for: no foreign keys.
CREATE TABLE operation (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    environment TEXT NOT NULL,
    service TEXT NOT NULL,
    request TEXT NOT NULL, -- JSON, never changed
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_expires_at BIGINT NOT NULL
);

-- At most one operation at a time per release.
CREATE UNIQUE INDEX operation_one_active ON operation (environment, service) WHERE finished_at = 0;

CREATE INDEX operation_of_service ON operation (environment, service, id);

CREATE TABLE operation_event (
    operation_id BIGINT NOT NULL REFERENCES operation (id),
    seq BIGINT NOT NULL,
    step TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL, -- JSON of domain::operation::EventData
    at BIGINT NOT NULL,
    PRIMARY KEY (operation_id, seq)
);

CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
