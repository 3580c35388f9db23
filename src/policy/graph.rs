//! Ways through tasks that lead back to where they began.

/// Where the search stands with a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Colour {
    New,
    /// On the path, at this place.
    Open(usize),
    Closed,
}

/// Every cycle that a depth-first search finds that begins at each of `starts` in turn and follows the edges of a
/// node in their order, a repeated one once. A cycle is the list of its nodes, from the one that closes it.
///
/// It does not recurse: a chain may be as long as the queue.
pub fn cycles(edges: &[Vec<u32>], starts: impl IntoIterator<Item = u32>) -> Vec<Vec<u32>> {
    let mut colours = vec![Colour::New; edges.len()];
    let mut found = Vec::new();
    for start in starts {
        if colours[start as usize] == Colour::New {
            walk(edges, start, &mut colours, &mut found);
        }
    }
    found
}

fn walk(edges: &[Vec<u32>], start: u32, colours: &mut [Colour], found: &mut Vec<Vec<u32>>) {
    colours[start as usize] = Colour::Open(0);
    // Each node on the path, with the place of its next edge.
    let mut path = vec![(start, 0)];
    while let Some((node, next)) = path.last_mut() {
        let targets = &edges[*node as usize];
        let Some(&target) = targets.get(*next) else {
            colours[*node as usize] = Colour::Closed;
            path.pop();
            continue;
        };
        let before = &targets[..*next];
        *next += 1;
        match colours[target as usize] {
            Colour::Open(_) if before.contains(&target) => {}
            Colour::Open(at) => found.push(path[at..].iter().map(|(node, _)| *node).collect()),
            Colour::New => {
                colours[target as usize] = Colour::Open(path.len());
                path.push((target, 0));
            }
            Colour::Closed => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::cycles;

    fn all(edges: &[Vec<u32>]) -> Vec<Vec<u32>> {
        cycles(edges, 0..u32::try_from(edges.len()).unwrap())
    }

    #[test]
    fn a_cycle_begins_where_it_closes() {
        assert_eq!(all(&[vec![1], vec![2, 2], vec![1]]), [vec![1, 2]]);
        assert_eq!(all(&[vec![1, 2], vec![0], vec![0]]), [vec![0, 1], vec![0, 2]]);
        assert_eq!(all(&[vec![1], vec![2], vec![]]), Vec::<Vec<u32>>::new());
    }

    #[test]
    fn a_long_chain_does_not_exhaust_the_stack() {
        let count = 100_000;
        let edges: Vec<Vec<u32>> = (0..count).map(|node| vec![(node + 1) % count]).collect();
        assert_eq!(all(&edges).iter().map(Vec::len).collect::<Vec<_>>(), [count as usize]);
    }

    proptest! {
        #[test]
        fn only_edges_that_lead_back_make_cycles(
            edges in proptest::collection::vec(proptest::collection::vec(0..12_u32, 0..4), 12),
        ) {
            let forward: Vec<Vec<u32>> = edges
                .iter()
                .enumerate()
                .map(|(node, targets)| targets.iter().copied().filter(|to| *to as usize > node).collect())
                .collect();
            prop_assert!(all(&forward).is_empty());
            for cycle in all(&edges) {
                for (at, node) in cycle.iter().enumerate() {
                    let next = cycle[(at + 1) % cycle.len()];
                    prop_assert!(edges[*node as usize].contains(&next));
                }
            }
        }
    }
}
