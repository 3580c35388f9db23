//! What has to hold of claims: one holder at a time, and a history that explains every hand.

use super::Question;

pub(super) const QUESTIONS: &[Question] = &[
    Question {
        code: "claim-holder",
        sql: "SELECT c.task_id, 'claim ' || c.epoch || ' by ' || c.claimant || ' is open, and '
                || COALESCE('it is held by ' || s.claimant || ' since ' || COALESCE(s.claimed_at, 'no time'),
                  'nobody holds it')
              FROM task_claims c
              JOIN task_state s ON s.project_id = c.project_id AND s.task_id = c.task_id
              WHERE c.project_id = ?1 AND ?2 = ?2 AND c.ended_at IS NULL
                AND (s.claimant IS NOT c.claimant OR s.claimed_at IS NOT c.claimed_at)
              UNION ALL
              SELECT s.task_id, 'it is held by ' || s.claimant || ', and the last claim of it, ' || l.epoch || ', is over'
              FROM (SELECT task_id, MAX(epoch) AS epoch, COUNT(*) = COUNT(ended_at) AS over
                    FROM task_claims WHERE project_id = ?1 GROUP BY task_id) l
              JOIN task_state s ON s.project_id = ?1 AND s.task_id = l.task_id
              WHERE l.over AND s.claimant IS NOT NULL
              ORDER BY 1",
    },
    Question {
        code: "claim-overlap",
        sql: "SELECT task_id, 'claim ' || epoch || ' begins with transition ' || began_with || ', and claim ' || previous
                || COALESCE(' ends with transition ' || ended, ' is open')
              FROM (SELECT task_id, epoch, began_with, LAG(epoch) OVER each AS previous, LAG(ended_with) OVER each AS ended
                    FROM task_claims WHERE project_id = ?1 AND ?2 = ?2
                    WINDOW each AS (PARTITION BY task_id ORDER BY epoch))
              WHERE previous IS NOT NULL AND (ended IS NULL OR ended > began_with)
              ORDER BY epoch",
    },
    Question {
        code: "claim-history",
        sql: "SELECT c.task_id, 'claim ' || c.epoch || ' says that it began with transition ' || c.began_with
                || ', which did not give the task to anybody then'
              FROM task_claims c JOIN task_state_history b ON b.id = c.began_with
              WHERE c.project_id = ?1 AND ?2 = ?2 AND (b.project_id <> c.project_id OR b.task_id <> c.task_id
                OR b.to_status <> 'in_progress' OR b.at <> c.claimed_at)
              UNION ALL
              SELECT c.task_id, 'claim ' || c.epoch || ' says that it ended with transition ' || c.ended_with
                || ', which did not end it then and so'
              FROM task_claims c JOIN task_state_history e ON e.id = c.ended_with
              WHERE c.project_id = ?1 AND (e.project_id <> c.project_id OR e.task_id <> c.task_id
                OR e.id <= c.began_with OR e.at <> c.ended_at
                OR (c.ended_how = 'expired') <> (e.command_source = 'lease-expiry')
                OR (c.ended_how = 'taken_over') <> (e.to_status = 'in_progress'))
              ORDER BY 1",
    },
    Question {
        code: "claim-missing",
        sql: "SELECT h.task_id, 'transition ' || h.id || ' by ' || h.actor || ' claimed it, and there is no epoch for that'
              FROM task_state_history h LEFT JOIN task_claims c ON c.began_with = h.id
              WHERE h.project_id = ?1 AND ?2 = ?2 AND h.command_source IN ('claim', 'claim takeover')
                AND c.epoch IS NULL
                -- What was claimed before there were epochs has none.
                AND h.id > (SELECT MIN(began_with) FROM task_claims WHERE project_id = ?1)
              ORDER BY h.id",
    },
    Question {
        code: "claim-lease",
        sql: "SELECT c.task_id, 'it is ' || s.status || ', and the lease of claim ' || c.epoch
                || iif(c.expires_at IS NULL, ' does not run', ' runs out at ' || c.expires_at)
              FROM task_claims c
              JOIN task_state s ON s.project_id = c.project_id AND s.task_id = c.task_id
              WHERE c.project_id = ?1 AND ?2 = ?2 AND c.ended_at IS NULL AND c.lease_seconds IS NOT NULL
                AND (c.expires_at IS NOT NULL) <> (s.status = 'in_progress')
              ORDER BY c.task_id",
    },
];
