using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Trackers;

/// <summary>Watches the files of <c>track_file</c> blocks and tells the number in each when it changes.</summary>
/// <remarks>
/// The directory is watched, not the file, so that a file that is replaced by rename is seen. A missing or empty file
/// counts as 0, as does one that does not begin with a number, which is logged. The weight is the VRRP process's.
/// Files are read on the loop, which is right for local ones; one on another host is warned of.
/// </remarks>
public sealed class FileTracker : IReadyHandler, IDisposable
{
    private const int ReadSize = 128;

    private readonly EpollLoop _loop;
    private readonly Log _log;
    private readonly Action<int, int> _changed;
    private readonly DirectoryMonitor _monitor = new();
    private ImmutableArray<TrackFileModel> _files = [];
    private int[] _values = [];

    /// <summary>A tracker of no file.</summary>
    /// <param name="loop">Where it waits.</param>
    /// <param name="log">Told of files that cannot be used.</param>
    /// <param name="changed">Called with the 0-based index of a file and its number.</param>
    public FileTracker(EpollLoop loop, Log log, Action<int, int> changed)
    {
        _loop = loop;
        _log = log;
        _changed = changed;
        loop.Add(_monitor.Fd, EpollEvents.EPOLLIN, this);
    }

    /// <summary>Whether a directory is on another host.</summary>
    internal Func<string, bool> IsOnNetwork { get; init; } = FileSystems.IsOnNetwork;

    /// <summary>Directories that are watched.</summary>
    internal int WatchCount => _monitor.Count;

    /// <summary>Watches these files from now on; all their numbers are told at once.</summary>
    public void Apply(ImmutableArray<TrackFileModel> files)
    {
        _files = files;
        _values = new int[files.Length];
        for (int i = 0; i < files.Length; i++)
        {
            Initialise(files[i]);
            string directory = DirectoryOf(files[i]);
            if (IsOnNetwork(directory))
            {
                _log.Warning($"Track file {files[i].Name} ({files[i].Path}) is on a network file system: what other "
                    + "hosts write there is not noticed, and reading it may hold up all checks; use a local file");
            }
            Errno errno = _monitor.TryAdd(directory);
            if (errno != Errno.Success)
            {
                _log.Error($"Unable to monitor directory of track file {files[i].Name} ({files[i].Path}): {errno}");
            }
            _values[i] = Read(files[i]);
        }
        _monitor.Retain(files.Select(DirectoryOf).ToHashSet());
        TellAll();
    }

    /// <summary>Tells all numbers again.</summary>
    public void TellAll()
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _changed(i, _values[i]);
        }
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events) => _monitor.Drain(path =>
    {
        for (int i = 0; i < _files.Length; i++)
        {
            if (path is null || _files[i].Path == path)
            {
                Update(i);
            }
        }
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _loop.Remove(_monitor.Fd);
        _monitor.Dispose();
    }

    /// <summary>Reads the number at the begin of a text; blanks before and anything after do not matter.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out int value)
    {
        text = text.TrimStart();
        int length = text is ['-' or '+', ..] ? 1 : 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }
        return int.TryParse(text[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static string DirectoryOf(TrackFileModel file) => Path.GetDirectoryName(file.Path) ?? "/";

    private void Update(int index)
    {
        int value = Read(_files[index]);
        if (value != _values[index])
        {
            _log.Info($"Track file {_files[index].Name} ({_files[index].Path}) now has value {value}");
            _values[index] = value;
            _changed(index, value);
        }
    }

    private int Read(TrackFileModel file)
    {
        // Without waiting: the path might name a pipe.
        if (DescriptorIo.TryOpenRead(file.Path, out FdHandle handle) != Errno.Success)
        {
            return 0;
        }
        using (handle)
        {
            Span<byte> buffer = stackalloc byte[ReadSize];
            if (DescriptorIo.Read(handle.Number, buffer, out int size) != Errno.Success || size == 0)
            {
                return 0;
            }
            if (TryParse(Encoding.UTF8.GetString(buffer[..size]), out int value))
            {
                return value;
            }
            _log.Warning($"Track file {file.Name} ({file.Path}) does not begin with a number, taking 0");
            return 0;
        }
    }

    private void Initialise(TrackFileModel file)
    {
        if (file.InitialValue is not { } value || (File.Exists(file.Path) && !file.Overwrite))
        {
            return;
        }
        byte[] content = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture) + "\n");
        Errno errno = FileNames.WriteAtomically(file.Path, content, 0x1A4);
        if (errno != Errno.Success)
        {
            _log.Error($"Unable to initialise track file {file.Name} ({file.Path}): {errno}");
        }
    }
}
