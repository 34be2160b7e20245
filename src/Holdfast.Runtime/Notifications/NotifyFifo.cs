using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Notifications;

/// <summary>A named pipe that gets one line for each event (<c>notify_fifo</c>, <c>vrrp_notify_fifo</c>).</summary>
/// <remarks>Without a reader lines wait in the pipe; a full pipe loses them, which is logged once.</remarks>
public sealed class NotifyFifo : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600

    private readonly FdHandle _handle;
    private readonly Log _log;
    private readonly string _path;
    private readonly bool _wasCreated;
    private bool _lossIsLogged;

    private NotifyFifo(FdHandle handle, string path, bool wasCreated, Log log)
    {
        _handle = handle;
        _path = path;
        _wasCreated = wasCreated;
        _log = log;
    }

    /// <summary>Opens the pipe, creating it where it is missing.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="user">Its owner, when it is created here; null: we.</param>
    /// <param name="group">Its group; null: that of <paramref name="user"/>.</param>
    /// <param name="log">Told of what fails.</param>
    /// <returns>Null when it cannot be opened, which is logged.</returns>
    public static NotifyFifo? Open(string path, string? user, string? group, Log log)
    {
        ArgumentNullException.ThrowIfNull(log);
        bool exists = File.Exists(path);
        Errno errno = FileNames.TryOpenFifo(path, OwnerOnly, out FdHandle handle);
        if (errno == Errno.Success)
        {
            if (!exists && user is not null)
            {
                GiveTo(handle, path, user, group, log);
            }
            return new(handle, path, !exists, log);
        }
        log.Error($"Unable to open notify fifo {path}: {errno}");
        return null;
    }

    private static void GiveTo(FdHandle handle, string path, string user, string? group, Log log)
    {
        uint gid = 0;
        if (!UserDatabase.TryFindUser(user, out UserAccount? account)
            || (group is not null && !UserDatabase.TryFindGroup(group, out gid)))
        {
            log.Error($"Notify fifo {path} stays ours: there is no user '{user}' or no group '{group}'");
            return;
        }
        Errno errno = FileNames.SetOwner(handle.Number, account!.Uid, group is null ? account.Gid : gid);
        if (errno != Errno.Success)
        {
            log.Error($"Notify fifo {path} cannot be given to '{user}': {errno}");
        }
    }

    /// <summary>Writes a line.</summary>
    public void Write(string line)
    {
        Errno errno = DescriptorIo.Write(_handle.Number, Encoding.UTF8.GetBytes(line + "\n"), out _);
        if (errno != Errno.Success && !_lossIsLogged)
        {
            _lossIsLogged = true;
            _log.Warning($"Notify fifo {_path} is full, events are lost: nobody reads it");
        }
    }

    /// <summary>Closes the pipe, and removes it when it was not there before.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        if (_wasCreated)
        {
            _ = FileNames.Remove(_path);
        }
    }
}
