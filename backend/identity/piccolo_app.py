"""This slice's tables and schema history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.identity import tables

APP_CONFIG = AppConfig(
    app_name="identity",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        tables.Person,
        tables.Staff,
        tables.Login,
        tables.Attempt,
        tables.Session,
        tables.Code,
        tables.Assistance,
        tables.Approval,
        tables.GuardianConsent,
        tables.Minding,
        tables.Passkey,
        tables.Challenge,
        tables.Refresh,
        tables.KnownDevice,
        tables.Card,
        tables.Device,
        tables.DeviceKey,
        tables.Organisation,
        tables.Post,
        tables.Leave,
        tables.Invitation,
        tables.Factor,
        tables.RecoveryCode,
    ],
    migration_dependencies=["places"],
)
