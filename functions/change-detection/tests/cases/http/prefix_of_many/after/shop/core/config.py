class Settings:
    API_PREFIX: str = "/api/v2"


settings = Settings()
