//! Use cases: what each verb does, once, for every face.
