using Holdfast.Http.Headers;

namespace Holdfast.Nginx.Servers;

/// <summary>Names and masks of hosts: "x", "*.x", ".x" and "x.*", as servers and maps have them.</summary>
/// <typeparam name="T">What is found.</typeparam>
internal sealed class HostMasks<T>
    where T : class
{
    private readonly Dictionary<byte[], T> _exact = new(BytesComparer.Folded);
    private readonly Dictionary<byte[], T> _suffixes = new(BytesComparer.Folded);
    private readonly Dictionary<byte[], T> _prefixes = new(BytesComparer.Folded);
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _exactBy;
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _suffixesBy;
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _prefixesBy;

    internal HostMasks()
    {
        _exactBy = _exact.GetAlternateLookup<ReadOnlySpan<byte>>();
        _suffixesBy = _suffixes.GetAlternateLookup<ReadOnlySpan<byte>>();
        _prefixesBy = _prefixes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Adds a name or a mask.</summary>
    /// <returns>False: it is there already, and keeps what it has.</returns>
    internal bool TryAdd(byte[] name, T value) => name switch
    {
        [(byte)'.', .. var domain] => _exact.TryAdd(domain, value) & _suffixes.TryAdd(domain, value),
        [(byte)'*', (byte)'.', .. var suffix] => _suffixes.TryAdd(suffix, value),
        [.. var prefix, (byte)'.', (byte)'*'] => _prefixes.TryAdd(prefix, value),
        _ => _exact.TryAdd(name, value),
    };

    /// <summary>Adds a text that is no mask, whatever it looks like.</summary>
    internal bool TryAddText(byte[] text, T value) => _exact.TryAdd(text, value);

    /// <summary>The very name, else the longest "*.x", else the longest "x.*".</summary>
    internal T? Find(ReadOnlySpan<byte> name)
    {
        if (_exactBy.TryGetValue(name, out T? found))
        {
            return found;
        }
        ReadOnlySpan<byte> rest = _suffixes.Count > 0 ? name : default;
        for (int dot; (dot = rest.IndexOf((byte)'.')) >= 0;)
        {
            rest = rest[(dot + 1)..];
            if (_suffixesBy.TryGetValue(rest, out found))
            {
                return found;
            }
        }
        rest = _prefixes.Count > 0 ? name : default;
        for (int dot; (dot = rest.LastIndexOf((byte)'.')) >= 0;)
        {
            rest = rest[..dot];
            if (_prefixesBy.TryGetValue(rest, out found))
            {
                return found;
            }
        }
        return null;
    }
}
