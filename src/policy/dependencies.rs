//! Dependencies as a graph.

use std::collections::HashMap;

/// The path by which `depends_on` would lead back to `id`, both ends included; `None` when it does not.
///
/// `dependencies` answers what a task depends on now.
///
/// # Errors
/// What `dependencies` answers.
pub fn path_back<E>(
    id: &str,
    depends_on: &[String],
    mut dependencies: impl FnMut(&str) -> Result<Vec<String>, E>,
) -> Result<Option<Vec<String>>, E> {
    let mut came_from: HashMap<String, String> = HashMap::new();
    let mut open: Vec<(String, String)> = depends_on.iter().map(|dep| (dep.clone(), id.to_owned())).collect();
    while let Some((task, from)) = open.pop() {
        if task == id {
            let mut path = vec![task, from];
            while path.last().is_some_and(|last| last != id) {
                let Some(before) = path.last().and_then(|last| came_from.get(last)) else { break };
                path.push(before.clone());
            }
            path.reverse();
            return Ok(Some(path));
        }
        if came_from.contains_key(&task) {
            continue;
        }
        for next in dependencies(&task)? {
            open.push((next, task.clone()));
        }
        came_from.insert(task, from);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::path_back;

    #[test]
    fn finds_the_way_back_and_only_that() {
        let graph = |task: &str| {
            Ok::<_, Infallible>(match task {
                "B" => vec!["C".to_owned(), "D".to_owned()],
                "C" => vec!["A".to_owned()],
                _ => vec![],
            })
        };
        let path = path_back("A", &["B".to_owned()], graph).unwrap();
        assert_eq!(path, Some(["A", "B", "C", "A"].map(str::to_owned).to_vec()));
        assert_eq!(path_back("E", &["B".to_owned()], graph).unwrap(), None);
        assert_eq!(path_back("A", &["A".to_owned()], graph).unwrap(), Some(vec!["A".into(), "A".into()]));
    }
}
