"""How near a finished picture is to its photo and to its painting."""
