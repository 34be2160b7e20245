using System.Text;

namespace Holdfast.Web.Mail;

/// <summary>Texts of Latin-1 in base64.</summary>
internal static class Base64
{
    internal static string Encode(string text) => Convert.ToBase64String(Encoding.Latin1.GetBytes(text));

    /// <summary>Null: it is none.</summary>
    internal static string? TryDecode(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length)
            ? Encoding.Latin1.GetString(bytes, 0, length) : null;
    }
}
