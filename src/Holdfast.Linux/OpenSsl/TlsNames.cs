using System.Collections.Immutable;

namespace Holdfast.Linux.OpenSsl;

/// <summary>With what kind of key a certificate signs.</summary>
public enum TlsKeyKind : byte
{
    /// <summary>Another kind.</summary>
    Other,

    /// <summary>RSA.</summary>
    Rsa,

    /// <summary>An elliptic curve.</summary>
    Ecdsa,
}

/// <summary>What a client can verify.</summary>
/// <param name="HasRsa">Signatures of RSA keys.</param>
/// <param name="HasEcdsa">Signatures of keys of elliptic curves.</param>
public readonly record struct TlsClientAbility(bool HasRsa, bool HasEcdsa);

/// <summary>Which certificate serves a name: whole names first, then those with a wildcard for one label.</summary>
/// <remarks>
/// Of certificates for the same name the first one of a kind counts; elliptic curves are preferred to RSA when the
/// client can verify them. Immutable after <see cref="Add"/>; lookups allocate nothing.
/// </remarks>
public sealed class TlsNames
{
    /// <summary>Longer names are never found.</summary>
    public const int NameMax = 255;

    private readonly Dictionary<string, List<Entry>> _whole = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>> _wild = new(StringComparer.Ordinal);

    /// <summary>Adds a certificate.</summary>
    /// <param name="certificate">Its number.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="names">Names: *.example.com, or !name for one that it is not used for.</param>
    public void Add(int certificate, TlsKeyKind kind, ImmutableArray<string> names)
    {
        ImmutableArray<string> excluded = [.. names.Where(static n => n.StartsWith('!'))
            .Select(static n => n[1..].ToLowerInvariant())];
        foreach (string name in names.Where(static n => !n.StartsWith('!')))
        {
            bool isWild = name.StartsWith('*');
            string key = (isWild ? name[1..] : name).ToLowerInvariant();
            Dictionary<string, List<Entry>> table = isWild ? _wild : _whole;
            if (!table.TryGetValue(key, out List<Entry>? entries))
            {
                table[key] = entries = [];
            }
            if (!entries.Exists(one => one.Certificate == certificate))
            {
                entries.Add(new Entry(certificate, kind, excluded));
            }
        }
    }

    /// <summary>Finds the certificate for a name.</summary>
    /// <param name="name">The name that the client has sent.</param>
    /// <param name="ability">What it can verify.</param>
    /// <returns>The certificate's number; −1: there is none.</returns>
    public int Find(ReadOnlySpan<char> name, TlsClientAbility ability)
    {
        if (name.Length > NameMax)
        {
            return -1;
        }
        Span<char> lower = stackalloc char[name.Length];
        _ = System.MemoryExtensions.ToLowerInvariant(name, lower);
        Best best = new();
        if (_whole.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lower, out List<Entry>? entries))
        {
            best.Weigh(entries, lower);
        }
        int dot = lower.IndexOf('.');
        if (dot >= 0 && _wild.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lower[dot..], out entries))
        {
            best.Weigh(entries, lower);
        }
        return best.Choose(ability);
    }

    private sealed record Entry(int Certificate, TlsKeyKind Kind, ImmutableArray<string> Excluded);

    private struct Best()
    {
        private int _ecdsa = -1;
        private int _rsa = -1;
        private int _other = -1;

        internal void Weigh(List<Entry> entries, ReadOnlySpan<char> name)
        {
            foreach (Entry entry in entries)
            {
                if (IsExcluded(entry, name))
                {
                    continue;
                }
                switch (entry.Kind)
                {
                    case TlsKeyKind.Ecdsa:
                        _ecdsa = _ecdsa < 0 ? entry.Certificate : _ecdsa;
                        break;
                    case TlsKeyKind.Rsa:
                        _rsa = _rsa < 0 ? entry.Certificate : _rsa;
                        break;
                    default:
                        _other = _other < 0 ? entry.Certificate : _other;
                        break;
                }
            }
        }

        internal readonly int Choose(TlsClientAbility ability)
            => ability.HasEcdsa && _ecdsa >= 0 ? _ecdsa
                : ability.HasRsa && _rsa >= 0 ? _rsa
                : _other >= 0 ? _other
                : _ecdsa >= 0 ? _ecdsa : _rsa;

        private static bool IsExcluded(Entry entry, ReadOnlySpan<char> name)
        {
            foreach (string excluded in entry.Excluded)
            {
                if (name.SequenceEqual(excluded))
                {
                    return true;
                }
            }
            return false;
        }
    }
}
