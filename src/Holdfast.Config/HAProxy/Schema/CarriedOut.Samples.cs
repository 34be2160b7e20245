namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Fetches, converters and variables of log formats that are carried out.</summary>
internal static partial class CarriedOut
{
    private static string SampleRows => KeywordTable.Text("""
        Fetch: act_conn always_false always_true avg_queue base base32 base32+src baseq bc_dst bc_dst_port bc_err
        Fetch: bc_http_major bc_src bc_src_port be_conn be_conn_free be_id be_name be_sess_rate bin bool
        Fetch: capture.req.hdr capture.req.method capture.req.uri capture.req.ver capture.res.hdr capture.res.ver
        Fetch: connslots cook cook_cnt cook_val cookie date date_us dst dst_conn dst_is_local dst_port env fc_dst
        Fetch: fc_dst_is_local fc_dst_port fc_err fc_http_major fc_rcvd_proxy fc_src fc_src_is_local fc_src_port
        Fetch: fe_conn fe_defbe fe_id fe_name fe_req_rate fe_sess_rate hdr hdr_cnt hdr_ip hdr_val hostname http_auth
        Fetch: http_auth_bearer http_auth_group http_auth_pass http_auth_type http_auth_user http_first_req int ipv4
        Fetch: ipv6 meth method nbproc nbsrv path pathq payload payload_lv prio_class prio_offset proc query queue
        Fetch: rand rdp_cookie rdp_cookie_cnt rep_ssl_hello_type req.body req.body_len req.body_param req.body_size
        Fetch: req.cook req.cook_cnt req.cook_val req.fhdr req.fhdr_cnt req.hdr req.hdr_cnt req.hdr_ip req.hdr_names
        Fetch: req.hdr_val req.hdrs req.len req.payload req.payload_lv req.proto_http req.rdp_cookie
        Fetch: req.rdp_cookie_cnt req.ssl_alpn req.ssl_hello_type req.ssl_sni req.ssl_st_ext req.ssl_ver req.ver
        Fetch: req_len req_proto_http req_ssl_hello_type req_ssl_sni req_ssl_ver req_ver res.body res.body_len
        Fetch: res.body_size res.cook res.cook_cnt res.cook_val res.fhdr res.fhdr_cnt res.hdr res.hdr_cnt res.hdr_ip
        Fetch: res.hdr_names res.hdr_val res.hdrs res.len res.payload res.payload_lv res.ssl_hello_type res.ver
        Fetch: resp_ver sc0_bytes_in_rate sc0_bytes_out_rate sc0_clr_gpc0 sc0_clr_gpc1 sc0_conn_cnt sc0_conn_cur
        Fetch: sc0_conn_rate sc0_get_gpc0 sc0_get_gpc1 sc0_get_gpt0 sc0_gpc0_rate sc0_gpc1_rate sc0_http_err_cnt
        Fetch: sc0_http_err_rate sc0_http_fail_cnt sc0_http_fail_rate sc0_http_req_cnt sc0_http_req_rate sc0_inc_gpc0
        Fetch: sc0_inc_gpc1 sc0_kbytes_in sc0_kbytes_out sc0_sess_cnt sc0_sess_rate sc0_tracked sc0_trackers
        Fetch: sc1_bytes_in_rate sc1_bytes_out_rate sc1_clr_gpc sc1_clr_gpc0 sc1_clr_gpc1 sc1_conn_cnt sc1_conn_cur
        Fetch: sc1_conn_rate sc1_get_gpc0 sc1_get_gpc1 sc1_get_gpt0 sc1_gpc0_rate sc1_gpc1_rate sc1_http_err_cnt
        Fetch: sc1_http_err_rate sc1_http_fail_cnt sc1_http_fail_rate sc1_http_req_cnt sc1_http_req_rate sc1_inc_gpc0
        Fetch: sc1_inc_gpc1 sc1_kbytes_in sc1_kbytes_out sc1_sess_cnt sc1_sess_rate sc1_tracked sc1_trackers
        Fetch: sc2_bytes_in_rate sc2_bytes_out_rate sc2_clr_gpc0 sc2_clr_gpc1 sc2_conn_cnt sc2_conn_cur sc2_conn_rate
        Fetch: sc2_get_gpc0 sc2_get_gpc1 sc2_get_gpt0 sc2_gpc0_rate sc2_gpc1_rate sc2_http_err_cnt sc2_http_err_rate
        Fetch: sc2_http_fail_cnt sc2_http_fail_rate sc2_http_req_cnt sc2_http_req_rate sc2_inc_gpc0 sc2_inc_gpc1
        Fetch: sc2_kbytes_in sc2_kbytes_out sc2_sess_cnt sc2_sess_rate sc2_tracked sc2_trackers sc_bytes_in_rate
        Fetch: sc_bytes_out_rate sc_clr_gpc sc_clr_gpc0 sc_clr_gpc1 sc_conn_cnt sc_conn_cur sc_conn_rate sc_get_gpc
        Fetch: sc_get_gpc0 sc_get_gpc1 sc_get_gpt sc_get_gpt0 sc_gpc0_rate sc_gpc1_rate sc_gpc_rate sc_http_err_cnt
        Fetch: sc_http_err_rate sc_http_fail_cnt sc_http_fail_rate sc_http_req_cnt sc_http_req_rate sc_inc_gpc
        Fetch: sc_inc_gpc0 sc_inc_gpc1 sc_kbytes_in sc_kbytes_out sc_sess_cnt sc_sess_rate sc_tracked sc_trackers
        Fetch: scook scook_cnt scook_val shdr shdr_cnt shdr_ip shdr_val so_id so_name src src_bytes_in_rate
        Fetch: src_bytes_out_rate src_clr_gpc src_clr_gpc0 src_clr_gpc1 src_conn_cnt src_conn_cur src_conn_rate
        Fetch: src_get_gpc src_get_gpc0 src_get_gpc1 src_get_gpt src_get_gpt0 src_gpc0_rate src_gpc1_rate src_gpc_rate
        Fetch: src_http_err_cnt src_http_err_rate src_http_fail_cnt src_http_fail_rate src_http_req_cnt
        Fetch: src_http_req_rate src_inc_gpc src_inc_gpc0 src_inc_gpc1 src_is_local src_kbytes_in src_kbytes_out
        Fetch: src_port src_sess_cnt src_sess_rate src_updt_conn_cnt srv_conn srv_conn_free srv_id srv_is_up
        Fetch: srv_iweight srv_name srv_queue srv_sess_rate srv_uweight srv_weight ssl_bc ssl_fc status stopping str
        Fetch: ssl_bc_alg_keysize ssl_bc_alpn ssl_bc_cipher ssl_bc_client_random ssl_bc_err ssl_bc_err_str
        Fetch: ssl_bc_is_resumed ssl_bc_protocol ssl_bc_server_random ssl_bc_session_id ssl_bc_session_key
        Fetch: ssl_bc_unique_id ssl_bc_use_keysize ssl_c_ca_err ssl_c_ca_err_depth ssl_c_der ssl_c_err ssl_c_i_dn
        Fetch: ssl_c_key_alg ssl_c_notafter ssl_c_notbefore ssl_c_s_dn ssl_c_serial ssl_c_sha1 ssl_c_sig_alg
        Fetch: ssl_c_used ssl_c_verify ssl_c_version ssl_f_der ssl_f_i_dn ssl_f_key_alg ssl_f_notafter
        Fetch: ssl_f_notbefore ssl_f_s_dn ssl_f_serial ssl_f_sha1 ssl_f_sig_alg ssl_f_version ssl_fc_alg_keysize
        Fetch: ssl_fc_alpn ssl_fc_cipher ssl_fc_client_random ssl_fc_err ssl_fc_err_str ssl_fc_has_crt
        Fetch: ssl_fc_has_early ssl_fc_has_sni ssl_fc_is_resumed ssl_fc_protocol ssl_fc_server_random
        Fetch: ssl_fc_session_id ssl_fc_session_key ssl_fc_sni ssl_fc_unique_id ssl_fc_use_keysize
        Fetch: ssl_fc_protocol_hello_id ssl_fc_cipherlist_bin ssl_fc_cipherlist_hex ssl_fc_cipherlist_str
        Fetch: ssl_fc_cipherlist_xxh ssl_fc_ecformats_bin ssl_fc_eclist_bin ssl_fc_extlist_bin ssl_c_chain_der
        Fetch: ssl_s_chain_der ssl_s_der ssl_s_serial ssl_s_sha1 ssl_s_i_dn ssl_s_key_alg ssl_s_notafter
        Fetch: ssl_s_notbefore ssl_s_s_dn ssl_s_sig_alg ssl_s_version ssl_fc_client_early_traffic_secret
        Fetch: ssl_fc_client_handshake_traffic_secret ssl_fc_client_traffic_secret_0 ssl_fc_early_exporter_secret
        Fetch: ssl_fc_exporter_secret ssl_fc_server_handshake_traffic_secret ssl_fc_server_traffic_secret_0
        Fetch: table_avl table_cnt unique-id url url32 url32+src url_ip url_param url_port urlp urlp_val uuid var
        Fetch: wait_end
        Fetch: res.comp res.comp_algo accept_date bc.timer.connect bc_err_str be_server_timeout be_tunnel_timeout
        Fetch: bytes_in bytes_out cur_client_timeout cur_connect_timeout cur_queue_timeout cur_server_timeout
        Fetch: cur_tarpit_timeout cur_tunnel_timeout fc.timer.handshake fc.timer.total fc_err_str fc_is_quic
        Fetch: fc_pp_authority fc_pp_unique_id fc_rtt fe_client_timeout last_rule_file last_rule_line req.hdrs_bin
        Fetch: req.ssl_ec_ext req.timer.hdr req.timer.idle req.timer.queue req.timer.tq request_date res.hdrs_bin
        Fetch: res.timer.data res.timer.hdr res.timer.user thread txn.conn_retries txn.redispatched
        Fetch: txn.sess_term_state txn.status txn.timer.total txn.timer.user bc_rtt bc_rttvar fc_fackets fc_lost
        Fetch: fc_reordering fc_retrans fc_rttvar fc_sacked fc_unacked
        Converter: language ms_ltime ms_utime us_ltime us_utime param reverse rfc7239_field rfc7239_is_valid
        Converter: rfc7239_n2nn rfc7239_n2np table_clr_gpc table_clr_gpc0 table_clr_gpc1 table_inc_gpc table_inc_gpc0
        Converter: table_inc_gpc1 be2dec be2hex htonl hmac wt6 xxh3 aes_gcm_dec json_query jwt_header_query
        Converter: jwt_payload_query jwt_verify
        Converter: add add_item and b64dec base64 bool bytes capture-req capture-res concat cpl crc32 crc32c cut_crlf
        Converter: debug digest div djb2 even field hex hex2i host_only http_date iif in_table ipmask json length
        Converter: lower ltime ltrim map map_beg map_beg_int map_beg_ip map_beg_key map_dir map_dir_int map_dir_ip
        Converter: map_dir_key map_dom map_dom_int map_dom_ip map_dom_key map_end map_end_int map_end_ip map_end_key
        Converter: map_int map_int_int map_int_ip map_ip map_ip_int map_ip_ip map_ip_key map_reg map_reg_int
        Converter: map_reg_ip map_reg_key map_regm map_str map_str_int map_str_ip map_str_key map_sub map_sub_int
        Converter: map_sub_ip map_sub_key mod mul nbsrv neg not odd or port_only regsub rtrim sdbm secure_memcmp
        Converter: set-var sha1 sha2 srv_queue strcmp sub table_bytes_in_rate table_bytes_out_rate table_conn_cnt
        Converter: table_conn_cur table_conn_rate table_expire table_gpc table_gpc0 table_gpc0_rate table_gpc1
        Converter: table_gpc1_rate table_gpc_rate table_gpt table_gpt0 table_http_err_cnt table_http_err_rate
        Converter: table_http_fail_cnt table_http_fail_rate table_http_req_cnt table_http_req_rate table_idle
        Converter: table_kbytes_in table_kbytes_out table_server_id table_sess_cnt table_sess_rate table_trackers
        Converter: ub64dec ub64enc unset-var upper url_dec url_enc utime word xor xxh32 xxh64
        LogAlias: B CC CS H HM HP HPO HQ HU HV ID ST T TR Ta Tc Td Th Ti Tl Tq Tr Ts Tt Tu Tw U ac b bc bi bp bq ci cp
        LogAlias: f fc fi fp ft hr hrl hs hsl lc ms o pid r rc rt s sc si sp sq sslc sslv t tr trg trl ts tsc
        AclFlag: -i -f -m -n -M -u --
        Match: found bool int ip bin len str sub reg beg end dir dom
        """u8);
}
