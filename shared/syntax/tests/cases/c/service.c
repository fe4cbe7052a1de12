/* A service. */
#include <stdio.h>
#include <stdlib.h>
#include "service.h"

#define MAX_BODY 1024
#define SQUARE(x) ((x) * (x))
#ifdef DEBUG
#define LOG(...) fprintf(stderr, __VA_ARGS__)
#endif

typedef struct list list_t;
typedef int (*handler_fn)(const char *path, void *context);

struct list {
    struct list *next;
    int value;
};

typedef struct {
    int x, y;
} point_t;

enum color { RED, GREEN = 2 };

union bits { int i; float f; };

static int counter = 0;
const char *const default_url = "https://api.example.com/v1";
extern int shared_value;

static void hidden(void) {}

int list_push(struct list **head, int value);

struct list *list_find(const struct list *head, int (*test)(int))
{
    const char *url = getenv("SERVICE_URL");
    char *key = secure_getenv("SERVICE_KEY");
    if (!url)
        url = default_url;
    printf("%s/%d\n", url, SQUARE(head->value));
    head->ops->close(head, 1);
    (*test)(2);
    return NULL;
}

int main(int argc, char *argv[])
{
    return list_push(NULL, argc);
}
