"""Addresses. Every view is a ``page`` of one action, ``public``, or one of allauth's few."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import include, path, re_path

from careworth.web.api import api
from careworth.web.views import beside, letters, loyalty, maturity, plan, prove, run, start, tell, value

_OWN = [
    path("start/", start.start, name="start"),
    path("start/<str:token>/", start.start, name="start-token"),
    path("join/<str:secret>/", start.join, name="join"),
    path("language/", start.language, name="language"),
    path("health/", start.health, name="health"),
    path("", prove.home, name="home"),
    path("measures/", prove.measures, name="measures"),
    path("measures/<slug:name>/", prove.measure, name="measures-one"),
    path("measures/<slug:name>/rows/", prove.measure_rows, name="measures-rows"),
    path("measures/<slug:name>/rows.csv", prove.measure_csv, name="measures-csv"),
    path("loyalty/", loyalty.loyalty, name="loyalty"),
    path("sources/", prove.sources, name="sources"),
    path("sources/skipped/", letters.skipped, name="sources-skipped"),
    path("sources/skipped.csv", letters.skipped_csv, name="sources-skipped-csv"),
    path("inputs/", prove.inputs, name="inputs"),
    path("maturity/", maturity.maturity, name="maturity"),
    path("maturity/answers/", maturity.answers, name="maturity-answers"),
    path("maturity/answers.toml", maturity.answers_file, name="maturity-file"),
    path("maturity/what-if/", maturity.what_if, name="maturity-what-if"),
    path("maturity/peers/", beside.peers, name="maturity-peers"),
    path("maturity/peers/save/", beside.peers_saved, name="maturity-peers-save"),
    path("maturity/evidence/", beside.evidence_list, name="maturity-evidence-list"),
    path("maturity/evidence/<int:number>/", beside.evidence, name="maturity-evidence"),
    path("maturity/evidence/<int:number>/remove/", beside.remove, name="maturity-evidence-remove"),
    path("plan/", plan.plan, name="plan"),
    path("plan/goal/", plan.goal, name="plan-goal"),
    path("plan/edit/", plan.edit, name="plan-edit"),
    path("plan/value/", value.value, name="plan-value"),
    path("plan/plan.<slug:kind>", plan.plan_file, name="plan-file"),
    path("reports/", tell.reports, name="reports"),
    path("reports/make/", tell.make_report, name="reports-make"),
    path("reports/<int:number>/", tell.report, name="report"),
    path("reports/<int:number>/report.zip", tell.report_all, name="report-all"),
    path("reports/<int:number>/report.<slug:kind>", tell.report_file, name="report-file"),
    path("reports/<int:number>/tables/<slug:name>.csv", tell.report_table, name="report-table"),
    path("briefings/", tell.briefings, name="briefings"),
    path("briefings/<int:number>/end/", tell.end_briefing, name="briefings-end"),
    path("import/", run.bring, name="import"),
    path("recompute/", run.recompute, name="recompute"),
    path("jobs/", run.jobs, name="jobs"),
    path("jobs/<int:number>/", run.job, name="job"),
    path("jobs/<int:number>/stop/", run.stop_job, name="job-stop"),
    path("people/", run.people, name="people"),
    path("people/<int:number>/", run.change_person, name="people-change"),
    path("people/invitations/<int:number>/withdraw/", run.withdraw, name="people-withdraw"),
    path("tokens/", run.tokens, name="tokens"),
    path("tokens/<int:number>/end/", run.end_token, name="tokens-end"),
    path("audit/", run.audit, name="audit"),
    path("audit.csv", run.audit_csv, name="audit-csv"),
    path("settings/", run.settings_page, name="settings"),
    path("profile/", run.profile, name="profile"),
]

_ACCOUNTS = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/2fa/", mfa.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/2fa/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
]

urlpatterns = [*_OWN, *_ACCOUNTS, path("api/", api.urls)]
handler403 = "careworth.web.page.refused"
handler404 = "careworth.web.page.missing"
handler500 = "careworth.web.page.broken"
handler429 = "careworth.web.page.too_many"  # asked for by allauth, by this name
