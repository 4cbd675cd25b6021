// The official Node client of GOV.UK Notify, unmodified, against a running portal:
//   node notify.js http://localhost:8000 KEY TEXT EMAIL LETTER
// KEY is a whole normal key, the others are ids of templates with ((name)) and ((day)) of the same system. A finished
// letter is read from standard input (PDF, base64).
const fs = require('node:fs');
const assert = require('node:assert');
const { NotifyClient } = require('notifications-node-client');

const [address, key, template, email, letter] = process.argv.slice(2);
const finished = Buffer.from(fs.readFileSync(0, 'utf8'), 'base64');
const home = { address_line_1: '李秀兰', address_line_2: '中山路 1 号', address_line_3: '哈尔滨市 150001' };
const values = { name: '李秀兰', day: '明天' };

async function refused(work) {
  try {
    await work();
  } catch (error) {
    return error.response.data;
  }
  throw new Error('was not refused');
}

async function main() {
  const client = new NotifyClient(address, key);
  const sent = (await client.sendSms(template, '13800000001', { personalisation: values, reference: 'node' })).data;
  assert.ok(sent.content.body.includes('李秀兰'));
  assert.equal(sent.reference, 'node');
  const one = (await client.getNotificationById(sent.id)).data;
  assert.equal(one.type, 'sms');
  assert.ok(['sending', 'delivered'].includes(one.status));
  const list = (await client.getNotifications('sms', undefined, 'node')).data;
  assert.equal(list.notifications[0].id, sent.id);
  assert.ok(list.links.next.includes('older_than='));
  assert.equal((await client.getTemplateById(template)).data.type, 'sms');
  assert.equal((await client.getTemplateByIdAndVersion(template, 1)).data.version, 1);
  assert.ok((await client.previewTemplateById(template, values)).data.body.includes('明天'));
  assert.ok((await client.getAllTemplates('sms')).data.templates.some((each) => each.id === template));
  assert.ok(Array.isArray((await client.getReceivedTexts()).data.received_text_messages));
  const mail = (await client.sendEmail(email, 'li@example.org', { personalisation: values })).data;
  assert.equal((await client.getNotificationById(mail.id)).data.email_address, 'li@example.org');
  const paper = (await client.sendLetter(letter, { personalisation: { ...home, ...values } })).data;
  assert.equal((await client.getNotificationById(paper.id)).data.line_3, '哈尔滨市 150001');
  assert.equal((await client.getPdfForLetterNotification(paper.id)).subarray(0, 5).toString(), '%PDF-');
  const pdf = (await client.sendPrecompiledLetter('node-pdf', finished, 'first')).data;
  assert.deepEqual([pdf.reference, pdf.postage], ['node-pdf', 'first']);
  assert.equal((await client.getNotificationById(pdf.id)).data.line_2, '李秀兰');
  assert.deepEqual(Buffer.from(await client.getPdfForLetterNotification(pdf.id)), finished);
  const broken = await refused(() => client.sendPrecompiledLetter('node-pdf', finished.subarray(0, 900)));
  assert.equal(broken.errors[0].message, 'Letter content is not a valid PDF');
  const bill = client.prepareUpload(Buffer.from('a,b\n1,2\n'), {
    filename: 'bill.csv', confirmEmailBeforeDownload: false, retentionPeriod: '4 weeks',
  });
  const filed = (await client.sendEmail(email, 'li@example.org', { personalisation: { ...values, day: bill } })).data;
  const link = new URL(/https?:\S+\/files\/[\w-]{43}/.exec(filed.content.body)[0]);
  const here = new URL(link.pathname, address); // the link has the public address of the portal
  const taken = await fetch(here, { method: 'POST', body: new URLSearchParams(), headers: { origin: here.origin } });
  assert.equal(taken.headers.get('content-disposition').split(';')[0], 'attachment');
  assert.equal(await taken.text(), 'a,b\n1,2\n');
  const page = client.prepareUpload(Buffer.from('<html>'), { filename: 'a.txt' });
  const unfit = await refused(() => client.sendEmail(email, 'li@example.org', { personalisation: { ...values, day: page } }));
  assert.ok(unfit.errors[0].message.startsWith("Unsupported file type 'text/html'"));
  const without = await refused(() => client.sendSms(template, '13800000001'));
  assert.deepEqual([without.status_code, without.errors[0].error], [400, 'BadRequestError']);
  const other = new NotifyClient(address, key.slice(0, -36) + '00000000-0000-4000-8000-000000000000');
  const stranger = await refused(() => other.getNotifications());
  assert.deepEqual([stranger.status_code, stranger.errors[0].error], [403, 'AuthError']);
  console.log('23 checks of the Node client are good');
}

main().catch((error) => {
  console.error(error.response ? error.response.data : error);
  process.exit(1);
});
