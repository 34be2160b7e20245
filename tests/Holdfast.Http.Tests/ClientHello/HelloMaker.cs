using System.Text;

namespace Holdfast.Http.Tests.ClientHello;

/// <summary>Makes TLS ClientHellos, byte by byte.</summary>
internal static class HelloMaker
{
    public static byte[] Hello(params byte[][] extensions)
        => Record([.. new byte[] { 3, 3 }, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, .. Vector16(Join(extensions))]);

    public static byte[] ServerName(string name)
        => Extension(0, Vector16([0, .. Vector16(Encoding.Latin1.GetBytes(name))]));

    public static byte[] Alpn(params string[] names)
        => Extension(16, Vector16(Join([.. names.Select(static n => (byte[])
            [(byte)n.Length, .. Encoding.ASCII.GetBytes(n)])])));

    public static byte[] Versions(params int[] versions)
        => Extension(43, [(byte)(versions.Length * 2), .. Join([.. versions.Select(Bytes)])]);

    public static byte[] Extension(int type, byte[] body) => [.. Bytes(type), .. Vector16(body)];

    public static byte[] Record(byte[] body)
    {
        byte[] message = [1, 0, .. Vector16(body)];
        return [22, 3, 1, .. Vector16(message)];
    }

    private static byte[] Vector16(byte[] body) => [.. Bytes(body.Length), .. body];

    private static byte[] Bytes(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Join(byte[][] parts) => [.. parts.SelectMany(static p => p)];
}
