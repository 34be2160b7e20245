using Holdfast.Http.Headers;
using Holdfast.Linux.Passwords;
using Holdfast.Nginx.Access;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Steps;

/// <summary><c>auth_basic</c>: a name and a password of a file.</summary>
/// <param name="realm">What the client is shown; "off": nobody is asked.</param>
/// <param name="file">The file.</param>
/// <param name="directory">Directory of relative paths.</param>
internal sealed class BasicRules(CompiledText realm, CompiledText file, string directory) : AccessRuleProgram
{
    private const int FileMax = 1 << 20;

    private static readonly ReadOnlyMemory<byte> s_name = "WWW-Authenticate"u8.ToArray();

    private readonly PasswordCheck _check = new(CryptLibrary.Matches);

    internal override AccessVerdict Ask(Exchange exchange)
    {
        ReadOnlySpan<byte> shown = realm.Evaluate(exchange.Request);
        if (shown.SequenceEqual("off"u8))
        {
            return AccessVerdict.Declined;
        }
        int field = exchange.View.Find(KnownHeader.Authorization);
        BasicCredentials given = BasicCredentials.Read(
            field < 0 ? default : exchange.View.ValueAt(field), exchange.Request.Arena);
        if (given.User.IsEmpty)
        {
            exchange.Report(ErrorLevel.Info, "no user/password was provided for basic authentication");
            return Challenge(exchange, shown);
        }
        exchange.Request.User = exchange.Request.Arena.Remember(given.User);
        string path = Config.Text.PathText.Join(
            directory, System.Text.Encoding.UTF8.GetString(file.Evaluate(exchange.Request)));
        byte[] text;
        try
        {
            using FileStream stream = File.OpenRead(path);
            text = new byte[Math.Min(stream.Length, FileMax)];
            stream.ReadExactly(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            exchange.Report(ErrorLevel.Error, $"open() \"{path}\" failed: {e.Message}");
            // As nginx: without the file nobody may come, and nothing is asked for.
            exchange.AccessStatus = e is FileNotFoundException or DirectoryNotFoundException ? 403 : 500;
            return AccessVerdict.Refused;
        }
        if (!PasswordFile.TryFind(text, given.User, out ReadOnlySpan<byte> hash))
        {
            exchange.Report(ErrorLevel.Error, "user was not found in the file of passwords");
            return Challenge(exchange, shown);
        }
        if (!_check.Matches(given.Password, hash))
        {
            exchange.Report(ErrorLevel.Error, "password mismatch");
            return Challenge(exchange, shown);
        }
        return AccessVerdict.Granted;
    }

    private static AccessVerdict Challenge(Exchange exchange, scoped ReadOnlySpan<byte> realm)
    {
        TextBuilder text = exchange.Request.Builders.Rent();
        text.Put("Basic realm=\""u8);
        text.Put(realm);
        text.Put((byte)'"');
        exchange.Answer.Add(s_name, exchange.Request.Arena.Remember(text.Text), KnownHeader.WwwAuthenticate);
        exchange.Request.Builders.Return();
        exchange.AccessStatus = 401;
        return AccessVerdict.Refused;
    }
}
