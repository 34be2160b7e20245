namespace Holdfast.Nginx.Upstreams;

/// <summary>The CRC-32 of zlib of several parts; the library makes an object for that.</summary>
internal ref struct Crc32Sum
{
    private static readonly uint[] s_table = MakeTable();
    private uint _crc = uint.MaxValue;

    public Crc32Sum()
    {
    }

    /// <summary>The sum of all that was added.</summary>
    internal readonly uint Value => ~_crc;

    internal void Add(scoped ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            _crc = s_table[(_crc ^ one) & 0xFF] ^ (_crc >> 8);
        }
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }
            table[i] = value;
        }
        return table;
    }
}
