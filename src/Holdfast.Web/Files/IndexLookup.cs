using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Files;

/// <summary>A path that ends in a slash: the first file of <c>index</c> that is there answers in its place.</summary>
internal static class IndexLookup
{
    internal static void Run(Exchange exchange)
    {
        FilePlace files = exchange.Place.Files;
        for (int i = 0; i < files.Indexes.Length; i++)
        {
            ReadOnlySpan<byte> name = files.Indexes[i].Evaluate(exchange.Request);
            if (name is [(byte)'/', ..])
            {
                exchange.Redirect(name, exchange.Request.Arguments.Span);
                return;
            }
            ReadOnlySpan<byte> path = FilePaths.Of(exchange, name);
            Errno errno = PathIo.Look(path, out FileFacts facts);
            if (errno == Errno.Success && facts.Kind != FileKind.Directory)
            {
                GoTo(exchange, name);
                return;
            }
            if (errno is Errno.EACCES or Errno.ELOOP)
            {
                FilePaths.Fail(exchange, "stat()", path, errno);
                return;
            }
            if (errno is Errno.ENOENT or Errno.ENOTDIR && i == 0 && !HasDirectory(exchange, path))
            {
                return;
            }
        }
        ReadOnlySpan<byte> directory = FilePaths.Of(exchange);
        exchange.Report(ErrorLevel.Error,
            $"directory index of \"{Encoding.UTF8.GetString(directory[..^1])}\" is forbidden");
        exchange.FinishWith(403);
    }

    private static void GoTo(Exchange exchange, scoped ReadOnlySpan<byte> name)
    {
        TextBuilder text = exchange.Request.Builders.Rent();
        text.Put(exchange.Request.Path.Span);
        text.Put(name);
        ReadOnlySpan<byte> path = exchange.Request.Arena.Keep(text.Text);
        exchange.Request.Builders.Return();
        exchange.Redirect(path, exchange.Request.Arguments.Span);
    }

    /// <returns>Whether the lookup goes on; otherwise the request was answered.</returns>
    private static bool HasDirectory(Exchange exchange, ReadOnlySpan<byte> wanted)
    {
        ReadOnlySpan<byte> directory = FilePaths.Of(exchange);
        if (PathIo.Look(directory, out FileFacts facts) == Errno.Success && facts.Kind == FileKind.Directory)
        {
            return true;
        }
        if (exchange.Place.Files.Settings.LogsNotFound)
        {
            exchange.Report(ErrorLevel.Error,
                $"\"{Encoding.UTF8.GetString(wanted[..^1])}\" is not found ({ErrorTexts.Of(Errno.ENOENT)})");
        }
        exchange.FinishWith(404);
        return false;
    }
}
