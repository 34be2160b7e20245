using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Processes;

/// <summary>One user of the system.</summary>
/// <param name="Name">Login name.</param>
/// <param name="Uid">User id.</param>
/// <param name="Gid">The user's own group.</param>
public sealed record UserAccount(string Name, uint Uid, uint Gid);

/// <summary>Users and groups as the C library finds them (files, LDAP, systemd and so on).</summary>
/// <remarks>May read files or ask the network: only at load, never in a loop.</remarks>
public static unsafe class UserDatabase
{
    private const int BufferSize = 16 * 1024;
    private const int GroupsMax = 1024;

    /// <summary>Finds a user by name.</summary>
    public static bool TryFindUser(string name, out UserAccount? account)
    {
        byte[] buffer = new byte[BufferSize];
        passwd entry = default;
        passwd* found = null;
        fixed (byte* raw = buffer)
        fixed (byte* key = Utf8Strings.Terminated(name))
        {
            int error = LibC.getpwnam_r(key, &entry, raw, BufferSize, &found);
            account = error == 0 && found is not null ? new(name, entry.pw_uid, entry.pw_gid) : null;
            return account is not null;
        }
    }

    /// <summary>Finds a user by id.</summary>
    public static bool TryFindUser(uint uid, out UserAccount? account)
    {
        byte[] buffer = new byte[BufferSize];
        passwd entry = default;
        passwd* found = null;
        fixed (byte* raw = buffer)
        {
            int error = LibC.getpwuid_r(uid, &entry, raw, BufferSize, &found);
            account = error == 0 && found is not null
                ? new(Marshal.PtrToStringUTF8(entry.pw_name) ?? "", entry.pw_uid, entry.pw_gid) : null;
            return account is not null;
        }
    }

    /// <summary>Finds a group by name.</summary>
    public static bool TryFindGroup(string name, out uint gid)
    {
        byte[] buffer = new byte[BufferSize];
        group entry = default;
        group* found = null;
        fixed (byte* raw = buffer)
        fixed (byte* key = Utf8Strings.Terminated(name))
        {
            int error = LibC.getgrnam_r(key, &entry, raw, BufferSize, &found);
            gid = entry.gr_gid;
            return error == 0 && found is not null;
        }
    }

    /// <summary>All groups that a user is in, with <paramref name="gid"/>.</summary>
    public static ImmutableArray<uint> GroupsOf(string user, uint gid)
    {
        uint[] groups = new uint[GroupsMax];
        int count = GroupsMax;
        fixed (uint* raw = groups)
        fixed (byte* key = Utf8Strings.Terminated(user))
        {
            return LibC.getgrouplist(key, gid, raw, &count) < 0 ? [gid] : [.. groups.AsSpan(0, count)];
        }
    }
}
