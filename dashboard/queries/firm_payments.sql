-- One row per payment order to a firm; a clawback is negative.
select payment_no, application_no, clause_id, paid_on, amount_yuan, payer_level
from fct_payment
where enterprise_id = $firm
