from django.contrib import admin
from django.urls import include, path, re_path
from . import views

app_name = "shop"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("articles/<int:year>/", views.year_archive, name="year"),
    re_path(r"^legacy/(?P<slug>[\w-]+)/$", views.LegacyView.as_view()),
    path("api/", include("shop.api.urls")),
]

urlpatterns += [path("debug/", views.debug)]

other = path("not/a/route", views.x)
