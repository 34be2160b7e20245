namespace Holdfast.Nginx.Upstreams;

/// <summary>The peers of a group that a request has tried; used again for the next request.</summary>
public sealed class TriedPeers
{
    private ulong[] _bits = new ulong[1];

    /// <summary>Whether one was tried.</summary>
    public bool Has(int index) => index >> 6 < _bits.Length && (_bits[index >> 6] & (1UL << (index & 63))) != 0;

    /// <summary>Notes one.</summary>
    public void Add(int index)
    {
        if (index >> 6 >= _bits.Length)
        {
            Array.Resize(ref _bits, (index >> 6) + 1);
        }
        _bits[index >> 6] |= 1UL << (index & 63);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Clear(_bits);
}
