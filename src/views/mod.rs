//! What a verb shows: serialisable types, rendered as JSON and as tables alike.
