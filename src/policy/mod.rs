//! Pure rules: the state machine, readiness, gates, review routing, staleness.
