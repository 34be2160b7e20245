using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Tells which files of some directories were written, replaced, created or removed (inotify(7)).</summary>
public sealed unsafe class DirectoryMonitor : IDisposable
{
    private const uint Changes = SysInotify.IN_CLOSE_WRITE | SysInotify.IN_MODIFY | SysInotify.IN_MOVED_FROM
        | SysInotify.IN_MOVED_TO | SysInotify.IN_CREATE | SysInotify.IN_DELETE;

    private readonly FdHandle _handle;
    private readonly Dictionary<int, string> _directories = [];
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Watches nothing yet.</summary>
    /// <exception cref="LinuxException">No inotify descriptor is left.</exception>
    public DirectoryMonitor()
    {
        _handle = new FdHandle(LibC.inotify_init1(SysInotify.IN_NONBLOCK | SysInotify.IN_CLOEXEC));
        LinuxException.ThrowIf(
            _handle.IsInvalid ? LibC.LastError : Errno.Success, "create an inotify descriptor",
            "raise fs.inotify.max_user_instances");
    }

    /// <summary>The descriptor; readable when something changed.</summary>
    public int Fd => _handle.Number;

    /// <summary>Directories that are watched.</summary>
    public int Count => _directories.Count;

    /// <summary>Watches a directory; once more does no harm.</summary>
    public Errno TryAdd(string directory)
    {
        fixed (byte* raw = Utf8Strings.Terminated(directory))
        {
            int watch = LibC.inotify_add_watch(Fd, raw, Changes);
            if (watch < 0)
            {
                return LibC.LastError;
            }
            _directories[watch] = directory;
            return Errno.Success;
        }
    }

    /// <summary>Watches only those of its directories any more that are in a set.</summary>
    public void Retain(IReadOnlySet<string> directories)
    {
        ArgumentNullException.ThrowIfNull(directories);
        foreach ((int watch, string directory) in _directories.ToArray())
        {
            if (!directories.Contains(directory))
            {
                _ = LibC.inotify_rm_watch(Fd, watch); // one whose directory is gone has gone with it
                _directories.Remove(watch);
            }
        }
    }

    /// <summary>Takes what changed since the last call.</summary>
    /// <param name="changed">Called with the full path of each file; with null when some were lost: look at
    /// all.</param>
    public void Drain(Action<string?> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        while (DescriptorIo.Read(Fd, _buffer, out int size) == Errno.Success && size > 0)
        {
            ReadOnlySpan<byte> left = _buffer.AsSpan(0, size);
            while (left.Length >= sizeof(inotify_event))
            {
                inotify_event item = MemoryMarshal.Read<inotify_event>(left);
                ReadOnlySpan<byte> name = left.Slice(sizeof(inotify_event), (int)item.len);
                left = left[(sizeof(inotify_event) + (int)item.len)..];
                if ((item.mask & SysInotify.IN_Q_OVERFLOW) != 0)
                {
                    changed(null);
                }
                else if (!name.IsEmpty && _directories.TryGetValue(item.wd, out string? directory))
                {
                    changed(Path.Combine(directory, Encoding.UTF8.GetString(name.TrimEnd((byte)0))));
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
