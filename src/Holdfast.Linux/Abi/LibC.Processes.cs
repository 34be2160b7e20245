using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Calls about processes, signals, limits and scheduling; each is described in its manual page.</summary>
internal static unsafe partial class LibC
{
    [LibraryImport(Library)]
    internal static partial int getppid();

    [LibraryImport(Library)]
    internal static partial ulong getauxval(ulong type);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int madvise(void* addr, nuint length, int advice);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(int epfd, int op, int fd, void* epollEvent);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_pwait2(int epfd, void* events, int count, timespec* timeout, void* mask);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint initval, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int signalfd(int fd, void* mask, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int dup2(int fd, int newfd);

    // Returns the error instead of setting errno, like all of pthreads and posix_spawn.
    [LibraryImport(Library)]
    internal static partial int pthread_sigmask(int how, void* set, void* oldset);

    [LibraryImport(Library)]
    internal static partial int posix_spawn(
        int* pid, byte* path, void* actions, void* attributes, byte** argv, byte** envp);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_adddup2(void* actions, int fd, int newfd);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(void* actions, int from);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addchdir_np(void* actions, byte* path);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setpgroup(void* attributes, int pgroup);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigmask(void* attributes, void* mask);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigdefault(void* attributes, void* set);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int execve(byte* path, byte** argv, byte** envp);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pidfd_open(int pid, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pidfd_send_signal(int pidfd, int signal, void* info, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitid(int idtype, uint id, siginfo_t* info, int options);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint signal(int signal, nint handler);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setresuid(uint real, uint effective, uint saved);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setresgid(uint real, uint effective, uint saved);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setgroups(nuint count, uint* groups);

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library)]
    internal static partial uint getegid();

    [LibraryImport(Library)]
    internal static partial int getpwnam_r(byte* name, passwd* entry, byte* buffer, nuint size, passwd** result);

    [LibraryImport(Library)]
    internal static partial int getpwuid_r(uint uid, passwd* entry, byte* buffer, nuint size, passwd** result);

    [LibraryImport(Library)]
    internal static partial int getgrnam_r(byte* name, group* entry, byte* buffer, nuint size, group** result);

    [LibraryImport(Library)]
    internal static partial int getgrouplist(byte* user, uint gid, uint* groups, int* count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setrlimit(int resource, rlimit* limit);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getrlimit(int resource, rlimit* limit);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setpriority(int which, uint who, int value);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_setscheduler(int pid, int policy, sched_param* param);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_getscheduler(int pid);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_setaffinity(int pid, nuint size, void* mask);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int mlockall(int flags);

    [LibraryImport(Library)]
    internal static partial uint umask(uint mask);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close_range(uint first, uint last, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int chroot(byte* path);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int chdir(byte* path);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setsid();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setpgid(int pid, int group);
}
