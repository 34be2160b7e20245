using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.IpvsGuest.Lives;

/// <summary>Reads <c>lvs_notify_fifo</c> and remembers what it told of whom.</summary>
internal sealed class LifeFifo : IDisposable
{
    private readonly FdHandle _handle;
    private readonly byte[] _buffer = new byte[65536];
    private readonly Dictionary<string, bool> _states = new(StringComparer.Ordinal);
    private string _rest = "";

    internal LifeFifo(string path)
    {
        Errno errno = FileNames.TryOpenFifo(path, 0x1B6, out _handle);
        Expect.Equal(Errno.Success, errno, path);
    }

    /// <summary>All changes so far, those of each object in their order: "VS [..]:tcp:80" and its words.</summary>
    internal SortedDictionary<string, List<string>> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>Says what a server begins as, of which the FIFO says nothing at first.</summary>
    internal void Assume(string address, bool isUp) => _states.TryAdd(address, isUp);

    internal bool IsUp(string address) => _states.GetValueOrDefault(address);

    /// <summary>Takes all that has come.</summary>
    internal void Read()
    {
        while (DescriptorIo.Read(_handle.Number, _buffer, out int count) == Errno.Success && count > 0)
        {
            string[] lines = (_rest + Encoding.UTF8.GetString(_buffer, 0, count)).Split('\n');
            _rest = lines[^1];
            foreach (string line in lines.AsSpan(0, lines.Length - 1))
            {
                Take(line);
            }
        }
    }

    public void Dispose() => _handle.Dispose();

    // "RS [10.0.0.1]:tcp:80 [10.1.1.1]:tcp:80 DOWN"
    private void Take(string line)
    {
        int end = line.LastIndexOf(' ');
        if (end < 0)
        {
            Told[line] = [];
            return;
        }
        string name = line[..end];
        string word = line[(end + 1)..];
        if (!Told.TryGetValue(name, out List<string>? words))
        {
            Told[name] = words = [];
        }
        // The original tells some of them again at a reload.
        if (words.Count == 0 || words[^1] != word)
        {
            words.Add(word);
        }
        if (name.StartsWith("RS [", StringComparison.Ordinal))
        {
            _states[name[4..name.IndexOf(']', StringComparison.Ordinal)]] = word == "UP";
        }
    }

    /// <summary>One line for each object.</summary>
    internal string Text => string.Concat(Told.Select(static t => string.Create(CultureInfo.InvariantCulture,
        $"{t.Key}: {string.Join(' ', t.Value)}\n")));
}
