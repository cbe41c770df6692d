/* A PKCS#11 library as vendors write them: it is the one named by SHIM_MODULE, with the moods that the file
   SHIM_MOOD tells: crash, crash once, hang, locked, final try.  It prints the PIN wherever it can. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long ulong;
enum { GET_TOKEN_INFO = 6, LOGIN = 18, SIGN = 43, FUNCTIONS = 68 };
struct list { unsigned char version[8]; void *functions[FUNCTIONS]; };

static struct list ours, *real;

static int mood(const char *wanted)
{
    char said[32] = "";
    FILE *file = fopen(getenv("SHIM_MOOD"), "r");
    if (!file) return 0;
    fgets(said, sizeof said, file);
    fclose(file);
    return strcmp(said, wanted) == 0;
}

static ulong get_token_info(ulong slot, unsigned char *info)
{
    ulong said = ((ulong (*)(ulong, void *))real->functions[GET_TOKEN_INFO])(slot, info);
    if (said == 0 && mood("final try")) *(ulong *)(info + 96) |= 0x20000;
    return said;
}

static ulong login(ulong session, ulong user, unsigned char *pin, ulong length)
{
    printf("PIN %.*s\n", (int)length, pin);
    fflush(stdout);
    fprintf(stderr, "PIN %.*s\n", (int)length, pin);
    if (mood("locked")) return 0xA4;
    return ((ulong (*)(ulong, ulong, void *, ulong))real->functions[LOGIN])(session, user, pin, length);
}

static ulong sign(ulong session, void *data, ulong length, void *made, ulong *room)
{
    if (mood("crash once")) { unlink(getenv("SHIM_MOOD")); abort(); }
    if (mood("crash")) abort();
    while (mood("hang")) sleep(1);
    return ((ulong (*)(ulong, void *, ulong, void *, ulong *))real->functions[SIGN])(session, data, length, made, room);
}

ulong C_GetFunctionList(struct list **found)
{
    void *library = dlopen(getenv("SHIM_MODULE"), RTLD_NOW);
    ulong (*get)(struct list **) = library ? dlsym(library, "C_GetFunctionList") : NULL;
    if (!get || get(&real)) return 5;
    ours = *real;
    ours.functions[GET_TOKEN_INFO] = get_token_info;
    ours.functions[LOGIN] = login;
    ours.functions[SIGN] = sign;
    *found = &ours;
    return 0;
}
