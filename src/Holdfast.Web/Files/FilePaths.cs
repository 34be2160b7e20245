using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Files;

/// <summary>Paths of files that requests mean.</summary>
internal static class FilePaths
{
    /// <summary>The file of the request's path, a zero byte behind it.</summary>
    internal static ReadOnlySpan<byte> Of(Exchange exchange) => Of(exchange, default);

    /// <summary>The same with something behind the request's path.</summary>
    internal static ReadOnlySpan<byte> Of(Exchange exchange, scoped ReadOnlySpan<byte> behind)
    {
        TextBuilder text = exchange.Request.Builders.Rent();
        exchange.Place.Files.PutFile(exchange.Request, exchange.Request.Path.Span, text);
        text.Put(behind);
        text.Put((byte)0);
        ReadOnlySpan<byte> path = exchange.Request.Arena.Keep(text.Text);
        exchange.Request.Builders.Return();
        return path;
    }

    /// <summary>What a file is; nothing when it cannot be looked at.</summary>
    internal static Errno Look(ReadOnlySpan<byte> path, out FileFacts facts) => PathIo.Look(path, out facts);

    /// <summary>Answers for a file that cannot be used.</summary>
    internal static void Fail(Exchange exchange, string call, ReadOnlySpan<byte> path, Errno errno)
    {
        int status = StatusOf(errno);
        ErrorLevel level = status == 500 ? ErrorLevel.Crit : ErrorLevel.Error;
        if (status != 404 || exchange.Place.Files.Settings.LogsNotFound)
        {
            exchange.Report(level,
                $"{call} \"{Encoding.UTF8.GetString(path[..^1])}\" failed ({ErrorTexts.Of(errno)})");
        }
        exchange.FinishWith(status);
    }

    /// <summary>The status for a file that cannot be used.</summary>
    internal static int StatusOf(Errno errno) => errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR or Errno.ENAMETOOLONG => 404,
        Errno.EACCES or Errno.ELOOP or Errno.EPERM => 403,
        _ => 500,
    };
}
