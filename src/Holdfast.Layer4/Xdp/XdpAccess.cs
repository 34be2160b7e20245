using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Xdp;

/// <summary>
/// The director for a program that gives one command and ends, as ipvsadm(8) does: what is pinned is used; a director
/// is made when there is none.
/// </summary>
public sealed class XdpAccess : IDisposable
{
    private readonly XdpDirector? _director;
    private readonly string? _directory;

    private XdpAccess(XdpClient client, XdpDirector? director, string? directory)
    {
        Client = client;
        _director = director;
        _directory = directory;
    }

    /// <summary>Its services.</summary>
    public XdpClient Client { get; }

    /// <summary>Opens it, with a look at the network, so that what is added works at once.</summary>
    /// <param name="access">Null unless it worked.</param>
    /// <returns>ENOSYS: libbpf is not installed. EPERM: no privilege. EINVAL: the kernel lacks something.
    /// EOPNOTSUPP: there is no BPF file system, so nothing would be left of a command.</returns>
    public static NetlinkResult TryOpen(out XdpAccess? access)
    {
        access = null;
        if (PinDirectories.Find() is not { } directory)
        {
            return new(Errno.EOPNOTSUPP, "the BPF file system cannot be mounted on /sys/fs/bpf");
        }
        var options = new XdpOptions { PinDirectory = directory };
        Errno errno = XdpClient.TryOpen(options, out XdpClient? client);
        XdpDirector? director = null;
        string? problem = null;
        if (errno == Errno.ENOENT)
        {
            errno = XdpDirector.TryLoad(options, out director, out problem);
            client = director?.Client;
        }
        if (client is not null)
        {
            client.LookAround();
            client.NeedsServiceForDaemon = true;
            access = new(client, director, directory);
        }
        return new(errno, problem);
    }

    /// <summary>
    /// To be called after changes: attaches the program where it was loaded here, and asks for Ethernet addresses.
    /// </summary>
    /// <returns>Whether a process has to be started that keeps the director.</returns>
    public bool Settle()
    {
        using DirectorKeeper keeper = _director is null ? new(Client) : new(_director);
        keeper.Refresh();
        if (keeper.ServiceCount == 0)
        {
            return false;
        }
        string path = $"{_directory}/{DirectorThread.LeaderDirectory}";
        if (!Directory.Exists(path))
        {
            return true;
        }
        using DirectoryLock? leadership = DirectoryLock.TryAcquire(path);
        return leadership is not null;
    }

    /// <summary>Closes it. A director that was made here and got no service is removed.</summary>
    public void Dispose()
    {
        if (_director is not null)
        {
            _ = _director.RemoveIfUnused();
            _director.Dispose();
        }
        Client.Dispose();
    }
}
