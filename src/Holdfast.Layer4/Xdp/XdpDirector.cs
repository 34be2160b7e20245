using System.Globalization;
using System.Reflection;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Files;

namespace Holdfast.Layer4.Xdp;

/// <summary>The director: its program in the kernel, the interfaces that it is attached to, and its services.</summary>
/// <remarks>
/// Belongs to the network namespace of the thread that loads it. One thread at a time. With a pin directory, program,
/// maps and attachments go on when this process ends, and the next one takes them over, with a newer program when it
/// has one; without, they go with it.
/// </remarks>
public sealed class XdpDirector : IDisposable
{
    private const string ProgramName = "director";

    private const string PrivilegeRemedy = "it needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, which holdfast.service "
        + "has with /usr/lib/holdfast/xdp.conf as a drop-in";

    private readonly BpfObject _object;
    private readonly string? _directory;
    private readonly Dictionary<int, (XdpLink Link, XdpMode Mode)> _links = [];
    private readonly DirectoryLock? _use;

    private XdpDirector(BpfObject loaded, XdpOptions options, DirectoryLock? use)
    {
        _object = loaded;
        _directory = options.PinDirectory;
        _use = use;
        IsNativeOnVeth = options.IsNativeOnVeth;
        Client = new XdpClient(DirectorMaps.Of(loaded), _directory, options.MaglevSize, ownsMaps: false);
    }

    /// <summary>Its services.</summary>
    public XdpClient Client { get; }

    /// <summary>Where its state is pinned; null: nowhere.</summary>
    public string? PinDirectory => _directory;

    /// <summary>The program, for test runs; belongs to this object.</summary>
    public FdHandle Program => _object.Program;

    /// <summary>Indices of the interfaces that it is attached to, with the mode.</summary>
    public IReadOnlyDictionary<int, XdpMode> Attached
        => _links.ToDictionary(static l => l.Key, static l => l.Value.Mode);

    internal bool IsNativeOnVeth { get; }

    internal DirectorMaps Maps => DirectorMaps.Of(_object);

    /// <summary>
    /// Loads the program. Needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, and CAP_SYS_ADMIN where the BPF file system is
    /// not mounted yet.
    /// </summary>
    /// <param name="options">How.</param>
    /// <param name="director">Null unless it worked.</param>
    /// <param name="problem">What is wrong, for people; null when nothing is.</param>
    /// <returns>ENOSYS: libbpf is not installed. EPERM: no privilege. EINVAL: the kernel lacks something.</returns>
    public static Errno TryLoad(XdpOptions options, out XdpDirector? director, out string? problem)
    {
        director = null;
        Dictionary<string, int> sizes = [];
        Add("connections4", options.ConnectionsMax);
        Add("connections6", options.ConnectionsV6Max);
        if (!BpfObject.IsAvailable)
        {
            problem = BpfObject.MissingRemedy;
            return Errno.ENOSYS;
        }
        DirectoryLock? use = null;
        if (options.PinDirectory is { } directory && !PinDirectories.TryPrepare(directory, out use, out problem))
        {
            problem = $"{problem}; {PrivilegeRemedy}";
            return Errno.EPERM;
        }
        var load = new BpfLoadOptions
        {
            Program = ProgramName,
            PinDirectory = options.PinDirectory,
            EntriesMax = sizes,
        };
        Errno errno = BpfObject.TryLoad(ReadObject(), load, out BpfObject? loaded, out problem);
        if (loaded is not null)
        {
            director = new XdpDirector(loaded, options, use);
            director.TakeOver();
        }
        else
        {
            use?.Dispose();
            problem = errno == Errno.EPERM ? $"{problem}; {PrivilegeRemedy}" : problem;
        }
        return errno;

        void Add(string map, int? entries)
        {
            if (entries is { } count)
            {
                sizes[map] = count;
            }
        }
    }

    /// <summary>Attaches the program to an interface, unless it is.</summary>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="preferNative">
    /// Whether to try the driver first. Not for veth: what it sends in native mode is lost, without a trace, unless its
    /// other end runs NAPI, which cannot be seen from here.
    /// </param>
    /// <returns>EBUSY: the interface has a program of somebody else. Others as <see cref="XdpLink.TryAttach"/>.
    /// </returns>
    public Errno Attach(int interfaceIndex, bool preferNative)
    {
        if (_links.ContainsKey(interfaceIndex))
        {
            return Errno.Success;
        }
        XdpMode mode = XdpMode.Native;
        XdpLink? link = null;
        Errno errno = preferNative
            ? XdpLink.TryAttach(interfaceIndex, Program, mode, out link) : Errno.EOPNOTSUPP;
        if (link is null && errno is not (Errno.EBUSY or Errno.ENODEV or Errno.EPERM))
        {
            mode = XdpMode.Generic;
            errno = XdpLink.TryAttach(interfaceIndex, Program, mode, out link);
        }
        if (link is null)
        {
            return errno;
        }
        if (_directory is not null)
        {
            // Without the pin it works as long as this process; that is worth more than nothing.
            _ = link.Pin(PathOf(interfaceIndex, mode));
        }
        _links.Add(interfaceIndex, (link, mode));
        return Errno.Success;
    }

    /// <summary>Detaches the program from an interface.</summary>
    public void Detach(int interfaceIndex)
    {
        if (_links.Remove(interfaceIndex, out (XdpLink Link, XdpMode Mode) attachment))
        {
            // An interface that has gone has nothing to detach.
            _ = attachment.Link.Detach();
            attachment.Link.Dispose();
            if (_directory is not null)
            {
                File.Delete(PathOf(interfaceIndex, attachment.Mode));
            }
        }
    }

    /// <summary>Detaches everywhere and forgets all state, unless there is a service, or another process has the
    /// director loaded. Then nothing of ours stays.</summary>
    /// <returns>Whether it was done.</returns>
    public bool RemoveIfUnused()
    {
        // First the lock on all of them, as who prepares one has it.
        using DirectoryLock? all = _directory is null ? null : PinDirectories.TryLockAll(_directory);
        using DirectoryLock? held = _directory is null ? null : DirectoryLock.TryAcquire(_directory);
        bool mayGo = _directory is null
            || (all is not null && held is not null && _use is not null && _use.TryMakeExclusive());
        if (!mayGo || !Client.IsEmptyWhileLocked)
        {
            return false;
        }
        foreach (int index in _links.Keys.ToArray())
        {
            Detach(index);
        }
        if (_directory is not null)
        {
            PinDirectories.Remove(_directory);
        }
        return true;
    }

    /// <summary>Closes the descriptors. What is pinned goes on; the rest ends.</summary>
    public void Dispose()
    {
        foreach ((XdpLink link, _) in _links.Values)
        {
            link.Dispose();
        }
        _links.Clear();
        Client.Dispose();
        _object.Dispose();
        _use?.Dispose();
    }

    internal static byte[] ReadObject()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("director.bpf.o")
            ?? throw new InvalidOperationException("the BPF object is not embedded");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    // Attachments of an earlier process get this program; those of interfaces that are gone go.
    private void TakeOver()
    {
        if (_directory is null)
        {
            return;
        }
        foreach (string path in Directory.GetFiles(_directory, PinDirectories.LinkPrefix + "*"))
        {
            string[] words = Path.GetFileName(path)[PinDirectories.LinkPrefix.Length..].Split('-');
            if (words.Length == 2 && int.TryParse(words[0], CultureInfo.InvariantCulture, out int index)
                && XdpLink.TryOpen(path, out XdpLink? link) == Errno.Success)
            {
                if (link!.Replace(Program) == Errno.Success)
                {
                    _links[index] = (link, words[1] == "native" ? XdpMode.Native : XdpMode.Generic);
                    continue;
                }
                link.Dispose();
            }
            File.Delete(path);
        }
    }

    private string PathOf(int interfaceIndex, XdpMode mode) => string.Create(CultureInfo.InvariantCulture,
        $"{_directory}/{PinDirectories.LinkPrefix}{interfaceIndex}-{(mode == XdpMode.Native ? "native" : "generic")}");
}
