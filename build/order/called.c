// Which functions of a program its running processes call: a breakpoint at the begin of each, taken out when it is hit.
// called SECONDS FUNCTIONS PID...
// FUNCTIONS has lines "offset name" (offset from the begin of the program, hexadecimal, ascending; a place may have
// several names). Prints the names of what was called, in that order. The processes are killed at the end, for they
// still hold breakpoints.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES = 8, FUNCTIONS = 200000, IDLE_MICROSECONDS = 200 };

struct function { unsigned long offset; char *name; int is_called; };
struct process { int pid; int memory; unsigned long base; unsigned char *code; };

static struct function functions[FUNCTIONS];
static struct process processes[PROCESSES];
static int function_count, process_count;

static void read_functions(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    while (file && getline(&line, &size, file) > 0 && function_count < FUNCTIONS) {
        char *name;
        functions[function_count].offset = strtoul(line, &name, 16);
        name[strcspn(name, "\n")] = 0;
        functions[function_count++].name = strdup(name + 1);
    }
}

// The first of those that stand there.
static struct function *find(unsigned long offset)
{
    int low = 0, high = function_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (functions[middle].offset < offset) low = middle + 1; else high = middle;
    }
    return low < function_count && functions[low].offset == offset ? &functions[low] : NULL;
}

static unsigned long base_of(int pid)
{
    char path[64], program[512], line[1024];
    unsigned long base = 0;
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    ssize_t length = readlink(path, program, sizeof program - 1);
    program[length < 0 ? 0 : length] = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "r");
    while (maps && !base && fgets(line, sizeof line, maps))
        if (*program && strstr(line, program)) base = strtoul(line, NULL, 16);
    if (maps) fclose(maps);
    return base;
}

static void set_breakpoints(struct process *process)
{
    for (int i = 0; i < function_count; i++) {
        off_t at = process->base + functions[i].offset;
        if (find(functions[i].offset) == &functions[i] && !functions[i].is_called) {
            if (pwrite(process->memory, "\xcc", 1, at) != 1) exit(1);
        }
    }
}

static void arm(int pid)
{
    struct process *process = &processes[process_count++];
    char path[64];
    struct dirent *entry;
    process->pid = pid;
    process->base = base_of(pid);
    process->code = calloc(function_count, 1);
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    process->memory = open(path, O_RDWR | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        int thread = atoi(entry->d_name), status;
        if (thread && ptrace(PTRACE_SEIZE, thread, 0, PTRACE_O_TRACECLONE) == 0) {
            ptrace(PTRACE_INTERRUPT, thread, 0, 0);
            waitpid(thread, &status, __WALL);
        }
    }
    if (!tasks || !process->base) exit(1);
    for (int i = 0; i < function_count; i++)
        if (pread(process->memory, &process->code[i], 1, process->base + functions[i].offset) != 1) exit(1);
    set_breakpoints(process);
    rewinddir(tasks);
    while ((entry = readdir(tasks)))
        if (atoi(entry->d_name)) ptrace(PTRACE_CONT, atoi(entry->d_name), 0, 0);
    closedir(tasks);
}

static struct process *process_of(int thread)
{
    char path[64];
    for (int i = 0; i < process_count; i++) {
        snprintf(path, sizeof path, "/proc/%d/task/%d", processes[i].pid, thread);
        if (access(path, F_OK) == 0) return &processes[i];
    }
    return NULL;
}

// Takes a breakpoint out and goes back to it; another thread may have been quicker.
static int pass(int thread)
{
    struct user_regs_struct registers;
    struct process *process = process_of(thread);
    if (!process || ptrace(PTRACE_GETREGS, thread, 0, &registers) != 0) return 0;
    struct function *function = find(registers.rip - 1 - process->base);
    if (!function) return 0;
    off_t at = process->base + function->offset;
    if (pwrite(process->memory, &process->code[function - functions], 1, at) != 1) return 0;
    registers.rip--;
    function->is_called = 1;
    return ptrace(PTRACE_SETREGS, thread, 0, &registers) == 0;
}

int main(int count, char **words)
{
    if (count < 4) return 2;
    read_functions(words[2]);
    for (int i = 3; i < count && process_count < PROCESSES; i++) arm(atoi(words[i]));
    time_t now = time(NULL), end = now + atoi(words[1]);
    while (now < end) {
        // A process that lets go of its pages of code lets go of breakpoints, too.
        if (time(NULL) != now) for (int i = 0; i < process_count; i++) set_breakpoints(&processes[i]);
        now = time(NULL);
        int status, thread = waitpid(-1, &status, __WALL | WNOHANG);
        if (thread < 0) break;
        if (thread == 0) { usleep(IDLE_MICROSECONDS); continue; }
        if (!WIFSTOPPED(status)) continue;
        int signal = status >> 16 ? 0 : WSTOPSIG(status);
        if (signal == SIGTRAP && pass(thread)) signal = 0;
        ptrace(PTRACE_CONT, thread, 0, signal);
    }
    for (int i = 0; i < process_count; i++) kill(processes[i].pid, SIGKILL);
    for (int i = 0; i < function_count; i++) if (find(functions[i].offset)->is_called) puts(functions[i].name);
    return 0;
}
