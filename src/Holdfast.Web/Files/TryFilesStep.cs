using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http;
using Holdfast.Web.Http.Places;

namespace Holdfast.Web.Files;

/// <summary><c>try_files</c></summary>
internal sealed class TryFilesStep : PlaceStep
{
    private readonly (CompiledText Text, bool IsDirectory)[] _tried;
    private readonly CompiledText? _fallback;
    private readonly int _status;

    internal TryFilesStep(LocationContent content, TextCompiler texts)
    {
        _tried = [.. content.TryFiles.Select(one => (texts.Compile(one),
            one.Source.EndsWith('/')))];
        _fallback = content.TryFilesFallback is { } last ? texts.Compile(last) : null;
        _status = content.TryFilesStatus;
    }

    internal override StepResult Run(Exchange exchange)
    {
        foreach ((CompiledText text, bool isDirectory) in _tried)
        {
            ReadOnlySpan<byte> uri = text.Evaluate(exchange.Request);
            if (IsThere(exchange, uri, isDirectory))
            {
                // A directory loses its slash: whoever answers puts it back by a redirect.
                SetPath(exchange, isDirectory && uri is [.. var front, (byte)'/'] && front.Length > 0 ? front : uri);
                return StepResult.GoOn;
            }
        }
        if (_fallback is null)
        {
            exchange.FinishWith(_status);
            return StepResult.Done;
        }
        ReadOnlySpan<byte> last = _fallback.Evaluate(exchange.Request);
        if (last is [(byte)'@', ..])
        {
            exchange.RedirectToNamed(last);
            return StepResult.Done;
        }
        int question = last.IndexOf((byte)'?');
        exchange.Redirect(question < 0 ? last : last[..question], question < 0 ? default : last[(question + 1)..]);
        return StepResult.Done;
    }

    private static bool IsThere(Exchange exchange, scoped ReadOnlySpan<byte> uri, bool isDirectory)
    {
        TextBuilder text = exchange.Http.Scratch;
        text.Clear();
        exchange.Place.Files.PutTried(exchange.Request, isDirectory && uri is [.. var front, (byte)'/'] ? front : uri,
            text);
        text.Put((byte)0);
        return PathIo.Look(text.Text, out FileFacts facts) == Errno.Success
            && (facts.Kind == FileKind.Directory) == isDirectory;
    }

    private static void SetPath(Exchange exchange, scoped ReadOnlySpan<byte> uri)
    {
        if (!exchange.Place.Files.IsAlias || uri.StartsWith(exchange.Request.Place.Path))
        {
            exchange.Request.SetTriedPath(uri);
            return;
        }
        TextBuilder text = exchange.Http.Scratch;
        text.Clear();
        text.Put(exchange.Request.Place.Path);
        text.Put(uri);
        exchange.Request.SetTriedPath(text.Text);
    }
}
