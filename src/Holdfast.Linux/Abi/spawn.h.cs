namespace Holdfast.Linux.Abi;

/// <summary>Constants of spawn.h and sizes of its opaque types.</summary>
internal static class Spawn
{
    internal const short POSIX_SPAWN_RESETIDS = 0x01;
    internal const short POSIX_SPAWN_SETPGROUP = 0x02;
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>Bytes set aside for posix_spawnattr_t, which is 336 bytes in glibc 2.36.</summary>
    internal const int AttributesSizeMax = 512;

    /// <summary>Bytes set aside for posix_spawn_file_actions_t, which is 80 bytes in glibc 2.36.</summary>
    internal const int FileActionsSizeMax = 256;
}
