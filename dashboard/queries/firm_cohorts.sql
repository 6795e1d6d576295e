-- One row per year of registration and whole years since: how many firms were still there.
select cohort_year, years, firm_count, gone_count, undated_count, survival_rate_low, survival_rate
from mart_firm_cohort
where district = $district_cut and park = $park_cut
