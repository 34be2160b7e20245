namespace Holdfast.Nginx.Upstreams;

/// <summary>How far one request has come with choosing peers of one upstream; used again for the next one.</summary>
public sealed class PeerVisit
{
    /// <summary>Bytes before the key, for the number of a round.</summary>
    private const int NumberMax = 10;

    private byte[] _key = new byte[64];
    private int _keyLength;

    /// <summary>Those that it has tried, of the group that it is at.</summary>
    public TriedPeers Tried { get; } = new();

    /// <summary>Whether no other peer was left.</summary>
    public bool IsAtBackups { get; private set; }

    /// <summary>What is hashed: the address of <c>ip_hash</c>, the key of <c>hash</c>.</summary>
    internal ReadOnlySpan<byte> Key => _key.AsSpan(NumberMax, _keyLength);

    /// <summary>The key with the number of the round before it; the first round has none.</summary>
    internal ReadOnlySpan<byte> KeyOfRound
    {
        get
        {
            int at = NumberMax;
            for (int number = Rounds; number > 0; number /= 10)
            {
                _key[--at] = (byte)('0' + (number % 10));
            }
            return _key.AsSpan(at, NumberMax - at + _keyLength);
        }
    }

    /// <summary>The hash so far.</summary>
    internal uint Hash { get; set; }

    /// <summary>How often it was hashed.</summary>
    internal int Rounds { get; set; }

    /// <summary>How often a hash has led to a peer that may not be chosen.</summary>
    internal int Misses { get; set; }

    /// <summary>Begins.</summary>
    /// <param name="key">What is hashed; empty: nothing is.</param>
    public void Begin(ReadOnlySpan<byte> key)
    {
        Tried.Clear();
        IsAtBackups = false;
        (Hash, Rounds, Misses) = (0, 0, 0);
        if (_key.Length < NumberMax + key.Length)
        {
            _key = new byte[NumberMax + key.Length];
        }
        key.CopyTo(_key.AsSpan(NumberMax));
        _keyLength = key.Length;
    }

    internal void GoToBackups()
    {
        IsAtBackups = true;
        Tried.Clear();
    }
}
