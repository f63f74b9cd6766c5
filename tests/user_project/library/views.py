from __future__ import annotations

from django.http import JsonResponse

from library.models import Author, Book


def books(request):
    if request.method == "POST":
        author = Author.objects.using("test").create(name=request.POST["author"])
        Book.objects.using("test").create(author=author, title=request.POST["title"], copies=1)
    return JsonResponse({"titles": list(Book.objects.using("test").order_by("id").values_list("title", flat=True))})
