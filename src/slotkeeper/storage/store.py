"""All of storage in one object, to hand around."""

from __future__ import annotations

from slotkeeper.storage.absences import Absences
from slotkeeper.storage.appointments import Appointments
from slotkeeper.storage.booked_visits import BookedVisits
from slotkeeper.storage.busy_times import BusyTimes
from slotkeeper.storage.calendars import Calendars
from slotkeeper.storage.callbacks import Callbacks
from slotkeeper.storage.calls import Calls
from slotkeeper.storage.catalogue_cache import CatalogueCache
from slotkeeper.storage.database import Database
from slotkeeper.storage.database_clock import DatabaseClock
from slotkeeper.storage.directory import Directory
from slotkeeper.storage.figures import FigureStore
from slotkeeper.storage.idempotency import FirstClaim, Idempotency
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.levels import Levels
from slotkeeper.storage.outbox import Outbox
from slotkeeper.storage.personal_data import PersonalData
from slotkeeper.storage.platform_secrets import PlatformSecrets
from slotkeeper.storage.reservations import Reservations
from slotkeeper.storage.rollout import RolloutStore
from slotkeeper.storage.sealed_tokens import SealedTokens
from slotkeeper.storage.turns import Turns
from slotkeeper.storage.uses import Uses


class Store:
    """One database: its reservations, calls, companies and so on, by subject."""

    def __init__(
        self, db: Database, secret: InstallationSecret, turns: Turns | None = None
    ) -> None:
        """Work on this database, with its installation's secret."""
        self.db = db
        self.secret = secret
        self.tokens = SealedTokens(secret)
        self.reservations = Reservations(db, secret)
        self.appointments = Appointments(db)
        self.visits = BookedVisits(db)
        self.calendars = Calendars(db, secret)
        self.absences = Absences(db)
        self.busy_times = BusyTimes(db)
        self.calls = Calls(db)
        self.callbacks = Callbacks(db)
        self.catalogues = CatalogueCache(db)
        self.directory = Directory(db)
        self.platform_secrets = PlatformSecrets(db, secret)
        self.uses = Uses(db)
        self.figures = FigureStore(db)
        self.outbox = Outbox(db)
        self.personal_data = PersonalData(db, secret)
        self.rollout = RolloutStore(db)
        self.clock = DatabaseClock(db)
        self.idempotency = Idempotency(db, self.tokens)
        self.levels = Levels(db)
        self.turns = turns or Turns()

    def claiming(self, claim: FirstClaim) -> Store:
        """The same store; its first read of busy time or a reservation claims the key as well."""
        store = Store(self.db, self.secret, self.turns)
        store.catalogues, store.clock = self.catalogues, self.clock  # what they keep is shared
        store.calendars = Calendars(self.db, self.secret, claim)
        store.reservations = Reservations(self.db, self.secret, claim)
        return store
