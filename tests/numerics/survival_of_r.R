# Reference numbers of R's package survival for test_survival.cpp.
#
#   Rscript survival_of_r.R                  prints the constants that stand in the test, and the data they come from
#   Rscript survival_of_r.R tables.csv out   results for each table of the file: lines `table name number number ...`
#
# Columns of tables.csv: table, time, event (0 or 1), group (from 1), x1, x2, stratum.

# The test is skipped when this comes back with 77.
if (!requireNamespace("survival", quietly = TRUE)) quit(status = 77)
suppressPackageStartupMessages(library(survival))

exactly <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)

numbers <- function(x) paste(ifelse(is.na(x), "nan", sprintf("%.15g", as.numeric(x))), collapse = " ")

curve_of <- function(times, event) {
  survfit(Surv(times, event) ~ 1, conf.type = "log-log")
}

# Rows of the curve as the test reads them; the limits of the hazard are on its logarithm.
hazard_limits <- function(curve, sign) {
  z <- qnorm(0.975)
  ifelse(curve$cumhaz > 0, curve$cumhaz * exp(sign * z * curve$std.chaz / curve$cumhaz), NA)
}

test_of <- function(difference) {
  total <- function(x) if (is.matrix(x)) rowSums(x) else x
  list(chi = c(difference$chisq, sum(total(difference$exp) > 0) - 1, difference$pvalue),
       observed = total(difference$obs), expected = total(difference$exp))
}

cox_of <- function(fit) {
  s <- summary(fit)
  list(coefficient = s$coefficients[, "coef"], standard_error = s$coefficients[, "se(coef)"],
       p = s$coefficients[, "Pr(>|z|)"], low = s$conf.int[, "lower .95"], high = s$conf.int[, "upper .95"],
       log_likelihood = rev(fit$loglik), tests = c(fit$score, fit$wald.test, 2 * diff(fit$loglik)))
}

say <- function(table, name, values) cat(table, name, numbers(values), "\n")

say_all <- function(table, prefix, results) {
  for (name in names(results)) say(table, paste0(prefix, name), results[[name]])
}

results_of_table <- function(label, d) {
  curve <- curve_of(d$time, d$event)
  say_all(label, "curve_", list(
    time = curve$time, at_risk = curve$n.risk, events = curve$n.event, censored = curve$n.censor, survival = curve$surv,
    low = curve$lower, high = curve$upper, hazard = curve$cumhaz, hazard_low = hazard_limits(curve, -1),
    hazard_high = hazard_limits(curve, 1)))
  row <- summary(curve, rmean = 7.5)$table
  say(label, "median", row[c("median", "0.95LCL", "0.95UCL")])
  say(label, "mean", row[c("rmean", "se(rmean)")])
  say_all(label, "plain_", test_of(survdiff(Surv(time, event) ~ group, d)))
  say_all(label, "stratified_", test_of(survdiff(Surv(time, event) ~ group + strata(stratum), d)))
  say_all(label, "cox_", cox_of(coxph(Surv(time, event) ~ x1 + x2, d, control = exactly)))
  say_all(label, "stratified_cox_", cox_of(coxph(Surv(time, event) ~ x1 + x2 + strata(stratum), d, control = exactly)))
}

constants <- function() {
  say("lung", "time", lung$time)
  say("lung", "event", lung$status - 1)
  say("lung", "age", lung$age)
  say("lung", "sex", lung$sex)
  say("ovarian", "time", ovarian$futime)
  say("ovarian", "event", ovarian$fustat)
  say("ovarian", "age", ovarian$age)
  say("ovarian", "rx", ovarian$rx)
  say("ovarian", "resid", ovarian$resid.ds)
  curve <- curve_of(lung$time, lung$status == 2)
  rows <- match(c(11, 163, 310, 361, 883), curve$time)
  for (name in c("time", "n.risk", "n.event", "n.censor", "surv", "lower", "upper", "cumhaz")) {
    say("lung", paste0("curve_", name), curve[[name]][rows])
  }
  say("lung", "curve_hazard_low", hazard_limits(curve, -1)[rows])
  say("lung", "curve_hazard_high", hazard_limits(curve, 1)[rows])
  quartiles <- quantile(curve, c(0.25, 0.5, 0.75))
  for (name in names(quartiles)) say("lung", paste0("quartiles_", name), quartiles[[name]])
  say("lung", "rmean_500", summary(curve, rmean = 500)$table[c("rmean", "se(rmean)")])
  say_all("lung", "log_rank_", test_of(survdiff(Surv(time, status == 2) ~ sex, lung)))
  say_all("lung", "cox_", cox_of(coxph(Surv(time, status == 2) ~ age + sex, lung, control = exactly)))
  say_all("ovarian", "log_rank_", test_of(survdiff(Surv(futime, fustat) ~ rx, ovarian)))
  say_all("ovarian", "stratified_log_rank_", test_of(survdiff(Surv(futime, fustat) ~ rx + strata(resid.ds), ovarian)))
  say_all("ovarian", "cox_", cox_of(coxph(Surv(futime, fustat) ~ age + rx, ovarian, control = exactly)))
  say_all("ovarian", "stratified_cox_", cox_of(coxph(Surv(futime, fustat) ~ age + rx + strata(resid.ds), ovarian, control = exactly)))
  for (k in c(1, 2, 3, 8, 15)) say("chi_square_tail", k, pchisq(c(0.3, 7, 60), k, lower.tail = FALSE))
  say("exact_proportion", "3_of_17", binom.test(3, 17)$conf.int)
  say("exact_proportion", "0_of_12", binom.test(0, 12)$conf.int)
  # prop.test(correct = FALSE) on one sample is Wilson's interval, from which Newcombe's is made.
  one <- prop.test(56, 70, correct = FALSE)$conf.int
  two <- prop.test(48, 80, correct = FALSE)$conf.int
  d <- 56 / 70 - 48 / 80
  say("newcombe", "56_of_70_48_of_80",
      c(d, d - sqrt((56 / 70 - one[1])^2 + (two[2] - 48 / 80)^2), d + sqrt((one[2] - 56 / 70)^2 + (48 / 80 - two[1])^2)))
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) == 0) {
  constants()
} else {
  tables <- read.csv(arguments[1])
  sink(arguments[2])
  for (label in unique(tables$table)) results_of_table(label, tables[tables$table == label, ])
  sink()
}
