"""Schema history of the catalogue."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.catalogue.tables import Adoption, AdoptionVersion, Item, ItemVersion

APP_CONFIG = AppConfig(
    app_name="catalogue",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Item, ItemVersion, Adoption, AdoptionVersion],
    migration_dependencies=[],
)
