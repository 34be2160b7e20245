using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Http.Places;

namespace Holdfast.Web.Http;

/// <summary>Answers that are pages of errors or redirects.</summary>
internal sealed partial class Exchange
{
    private static readonly ReadOnlyMemory<byte> s_location = "Location"u8.ToArray();

    private bool _hasErrorPage;
    private int _errorStatus;

    /// <summary>Ends with a status: by the page that is configured for it, or by our own.</summary>
    internal void FinishWith(int status)
    {
        if (_isDone)
        {
            return;
        }
        if (Parent is { } parent)
        {
            StopContent();
            Answer.Status = _isAnswered ? Answer.Status : status;
            _isAnswered = _isDone = true;
            parent.OnSubrequestDone(this);
            return;
        }
        if (_isAnswered)
        {
            Cut(isReset: false);
            return;
        }
        if (status is 444 or 499)
        {
            EndSilently(status);
            return;
        }
        StopContent();
        if (status is 400 or 413 or 414 or 500 or 501 or (>= 494 and <= 497))
        {
            KeepsAlive = false;
        }
        if (!TryErrorPage(status))
        {
            SendPage(status);
        }
    }

    /// <summary>Nothing is answered: the connection is closed.</summary>
    internal void EndSilently(int status)
    {
        if (!HasBegun)
        {
            Prepare();
        }
        Answer.Status = status;
        KeepsAlive = false;
        _isDone = true;
        Session.Close(isReset: false);
    }

    /// <summary>Whether a page of the configuration would answer for a status.</summary>
    internal bool HasPageFor(int status)
    {
        foreach (ErrorPageProgram page in _hasErrorPage ? [] : Place.ErrorPages)
        {
            if (page.Statuses.Contains(status))
            {
                return true;
            }
        }
        return false;
    }

    private bool TryErrorPage(int status)
    {
        PlaceProgram place = Place;
        if (place.ErrorPages.Length == 0 || _hasErrorPage)
        {
            return false;
        }
        _hasErrorPage = !place.HasRecursiveErrorPages;
        _errorStatus = status >= 494 && status <= 497 ? 400 : status;
        foreach (ErrorPageProgram page in place.ErrorPages)
        {
            if (page.Statuses.Contains(status))
            {
                _errorStatus = page.Answer >= 0 ? page.Answer : _errorStatus;
                GoToPage(page);
                return true;
            }
        }
        return false;
    }

    private void GoToPage(ErrorPageProgram page)
    {
        ReadOnlySpan<byte> uri = page.Uri.Evaluate(Request);
        if (uri is [(byte)'/', ..])
        {
            _isNowGet |= !IsHead;
            int question = uri.IndexOf((byte)'?');
            Redirect(question < 0 ? uri : uri[..question], question < 0 ? default : uri[(question + 1)..]);
        }
        else if (uri is [(byte)'@', ..])
        {
            RedirectToNamed(uri);
        }
        else
        {
            int status = _errorStatus is 301 or 302 or 303 or 307 or 308 ? _errorStatus : 302;
            _errorStatus = status;
            Answer.Location = Request.Arena.Remember(uri);
            SendPage(status);
        }
    }

    /// <summary>Our own page.</summary>
    private void SendPage(int status)
    {
        int shown = status is >= 494 and <= 497 ? 400 : status;
        Answer.Remove(KnownHeader.ETag);
        Answer.Remove(KnownHeader.AcceptRanges);
        Answer.LastModified = -1;
        Answer.AllowsRanges = false;
        TextBuilder page = Request.Builders.Rent();
        PageTexts.Put(status, Place, View.First(KnownHeader.UserAgent), Head.Version, page);
        ReadOnlySpan<byte> text = Request.Arena.Keep(page.Text);
        Request.Builders.Return();
        AnswerWith(shown, text.IsEmpty ? default : PageTexts.Type, text);
    }

    /// <summary>A Location without a host gets ours, so that old clients understand it.</summary>
    private void MakeAbsolute()
    {
        if (Answer.Location.IsEmpty)
        {
            return;
        }
        if (Answer.Location.Span is not [(byte)'/', ..] || !Place.HasAbsoluteRedirects)
        {
            Answer.Add(s_location, Answer.Location, KnownHeader.Location);
            Answer.Location = default;
            return;
        }
        TextBuilder text = Request.Builders.Rent();
        text.Put(IsTls ? "https://"u8 : "http://"u8);
        ReadOnlySpan<byte> host = Place.PutsServerNameInRedirects ? Request.Place.ServerName
            : Request.HostName.IsEmpty ? LocalName() : Request.HostName.Span;
        text.Put(host);
        if (Place.PutsPortInRedirects && LocalPort != (IsTls ? 443 : 80) && LocalPort > 0)
        {
            text.Put((byte)':');
            AnswerWriter.PutNumber(text, LocalPort);
        }
        text.Put(Answer.Location.Span);
        Answer.Location = Request.Arena.Remember(text.Text);
        Request.Builders.Return();
    }

    private ReadOnlySpan<byte> LocalName()
    {
        Span<byte> text = Request.Arena.Take(64);
        return text[..Primitives.AddressText.Write(LocalAddress, text)];
    }
}
